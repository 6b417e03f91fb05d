package io.eventbus.testkit.database;

import io.eventbus.testkit.broker.Directories;
import io.eventbus.testkit.broker.Leash;
import io.eventbus.testkit.broker.RunningBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;

/**
 * H2 in this JVM, in memory or in files of a directory of its own. It has no process; a kill is H2's own way to drop everything it has
 * not written ({@code SHUTDOWN IMMEDIATELY}), after which the sources of this engine refuse until it is started again. So do those of a
 * database that was removed: H2 would make it anew.
 *
 * <p>Concurrency: every method is safe from any thread; {@code running} is set before databases are shut down, and a connection that was
 * opened meanwhile sees it and is given back.
 */
final class H2Engine implements DatabaseServer, RunningBroker {

    private static final String USER = "sa";

    private final @Nullable Path directory;
    private final @Nullable Leash leash;
    private final Map<String, JdbcAddress> databases = new ConcurrentHashMap<>();
    private volatile boolean running = true;

    private final JdbcAddress address;

    private H2Engine(@Nullable Path directory) throws IOException {
        this.directory = directory;
        this.address = address("eventbus_" + UUID.randomUUID().toString().replace("-", ""));
        this.leash = directory == null ? null : new Leash(directory);
    }

    static H2Engine inMemory() throws IOException {
        return new H2Engine(null);
    }

    static H2Engine inFiles() throws IOException {
        return new H2Engine(Files.createTempDirectory("eventbus-h2-"));
    }

    /** The database the engine came with. */
    JdbcAddress address() {
        return address;
    }

    /** The address of a database that is made by its first connection. */
    private JdbcAddress address(String name) {
        // What is committed is written at once, as other databases do it; H2 waits half a second otherwise.
        String place = directory == null ? "mem:" + name : "file:" + directory.resolve(name) + ";WRITE_DELAY=0";
        return databases.computeIfAbsent(
                name, each -> new JdbcAddress("jdbc:h2:" + place + ";DB_CLOSE_DELAY=-1", USER, ""));
    }

    @Override
    public DatabaseKind kind() {
        return DatabaseKind.H2;
    }

    @Override
    public RunningBroker process() {
        return this;
    }

    @Override
    public String awaitReady() {
        try (Connection connection = dataSource(address).getConnection()) {
            return connection.getMetaData().getDatabaseProductVersion().replaceFirst(" .*", "");
        } catch (SQLException e) {
            throw new IllegalStateException("H2 does not open " + address, e);
        }
    }

    @Override
    public DataSource dataSource(JdbcAddress of) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(of.url());
        source.setUser(of.user());
        source.setPassword(of.password());
        return new GatedDataSource(source, () -> running && databases.containsValue(of));
    }

    @Override
    public JdbcAddress create(JdbcAddress beside, String name) {
        return address(name);
    }

    @Override
    public void drop(JdbcAddress administrator, String name) {
        JdbcAddress dropped = databases.remove(name);
        if (dropped != null) {
            shutDown(dropped, "SHUTDOWN IMMEDIATELY"); // files go with the directory
        }
    }

    @Override
    public void start() {
        if (running) {
            throw new IllegalStateException("H2 is running already");
        }
        running = true;
    }

    @Override
    public void kill() {
        end("SHUTDOWN IMMEDIATELY");
    }

    @Override
    public void stop() {
        end("SHUTDOWN");
    }

    @Override
    public void pause() {
        throw refused("frozen");
    }

    @Override
    public void unpause() {
        throw refused("frozen");
    }

    @Override
    public void reload(String file, String text) {
        throw refused("configured while it runs");
    }

    @Override
    public boolean isAlive() {
        return running;
    }

    @Override
    public boolean isAliveAfter(long millis) {
        return running;
    }

    @Override
    public long pid() {
        throw refused("told by a process id");
    }

    @Override
    public Path dataDir() {
        if (directory == null) {
            throw refused("found in a directory");
        }
        return directory;
    }

    @Override
    public String log() {
        return "";
    }

    @Override
    public void close() {
        running = false;
        databases.values().forEach(each -> shutDown(each, "SHUTDOWN IMMEDIATELY"));
        databases.clear();
        if (directory != null && leash != null) {
            leash.done();
            try {
                Directories.delete(directory);
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot remove " + directory, e);
            }
        }
    }

    private void end(String how) {
        if (directory == null) {
            throw new UnsupportedOperationException(
                    "H2 in memory cannot be ended without its data; take Databases.h2File()");
        }
        running = false;
        databases.values().forEach(each -> shutDown(each, how));
    }

    private static UnsupportedOperationException refused(String verb) {
        return new UnsupportedOperationException("H2 runs in this JVM and cannot be " + verb);
    }

    private static void shutDown(JdbcAddress address, String how) {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(address.url() + ";IFEXISTS=TRUE");
        source.setUser(address.user());
        source.setPassword(address.password());
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(how);
        } catch (SQLException e) {
            // It had ended, or was never opened: there is nothing to end.
        }
    }
}
