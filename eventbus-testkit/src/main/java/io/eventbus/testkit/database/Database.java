package io.eventbus.testkit.database;

import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A real database for a test, a demo or a benchmark, from {@link Databases}. Tests that share a server have a {@link #fresh()} database
 * each and do not see one another; what is done to the server (kill, freeze and so on) is done to all databases on it.
 *
 * <p>A server listens on loopback only. It ends with {@link #close()} of the database it came with, and at the latest when this JVM is
 * gone, even if that was killed. Its data outlive {@link #kill()}, not {@link #close()}.
 *
 * <p>A server that was named by a setting (external) can neither be ended nor frozen, H2 not be frozen, and H2 in memory not be ended
 * without its data; these calls throw {@link UnsupportedOperationException} saying why.
 *
 * <p>Concurrency: every method is safe from any thread and blocks until what it names has happened.
 */
public final class Database implements AutoCloseable {

    private final DatabaseServer server;
    private final JdbcAddress administrator;
    private final JdbcAddress address;
    private final DataSource dataSource;
    private final String version;

    /** Whether the server answers, as far as it was not taken away here; shared by all databases of a server. */
    private final AtomicBoolean answers;

    /** The name of a fresh database, which goes without its server; null for the one the server came with. */
    private final @Nullable String fresh;

    private Database(
            DatabaseServer server,
            JdbcAddress administrator,
            JdbcAddress address,
            String version,
            AtomicBoolean answers,
            @Nullable String fresh)
            throws SQLException {
        this.server = server;
        this.administrator = administrator;
        this.address = address;
        this.dataSource = server.dataSource(address);
        this.version = version;
        this.answers = answers;
        this.fresh = fresh;
    }

    /** The database that a server which takes requests came with. */
    static Database of(DatabaseServer server, JdbcAddress address, String version) {
        try {
            return new Database(server, address, address, version, new AtomicBoolean(true), null);
        } catch (SQLException e) {
            throw new IllegalStateException("The driver refuses " + address.masked(), e);
        }
    }

    /** The product. */
    public DatabaseKind kind() {
        return server.kind();
    }

    /** The version as the server tells it, for instance {@code 18.6} or {@code 11.4.5-MariaDB}. */
    public String version() {
        return version;
    }

    /** The URL for the product's own driver; the same after {@link #start()}. */
    public String jdbcUrl() {
        return address.url();
    }

    /** Who connects; may make and remove databases. */
    public String user() {
        return address.user();
    }

    /** The password of {@link #user()}; empty if there is none. */
    public String password() {
        return address.password();
    }

    /** A source that opens a new connection each time, and does not pool; it stays good after {@link #start()}. */
    public DataSource dataSource() {
        return dataSource;
    }

    /**
     * An empty database of its own on the same server, which its {@link #close()} removes with all that is connected to it.
     *
     * @throws IllegalStateException if it cannot be made
     */
    public Database fresh() {
        String name =
                "eventbus_" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        try {
            JdbcAddress made = server.create(administrator, name);
            return new Database(server, administrator, made, version, answers, name);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot make a database on " + this, e);
        }
    }

    /** Whether the server is there; a frozen one is. */
    public boolean isAlive() {
        return server.process().isAlive();
    }

    /**
     * The process id of the server; a new one after {@link #start()}.
     *
     * @throws UnsupportedOperationException if it has no process of its own, or somebody else's
     */
    public long pid() {
        return server.process().pid();
    }

    /**
     * Ends the server at once (SIGKILL to all its processes) and returns when it is gone. What was committed stays.
     *
     * @throws UnsupportedOperationException if the server is external, or H2 in memory
     */
    public void kill() {
        taken(server.process()::kill);
    }

    /**
     * Asks the server to end, without waiting for its clients, and returns when it has. Its data stay.
     *
     * @throws UnsupportedOperationException if the server is external, or H2 in memory
     */
    public void stop() {
        taken(server.process()::stop);
    }

    /**
     * Starts the server again after {@link #kill()} or {@link #stop()}, on the same port with the same data, and returns when it takes
     * requests.
     *
     * @throws UnsupportedOperationException if the server is external
     * @throws IllegalStateException if it is running, or does not start
     */
    public void start() {
        server.process().start();
        server.awaitReady();
        answers.set(true);
    }

    /**
     * Freezes the server (SIGSTOP to all its processes): connections stay open and nothing answers.
     *
     * @throws UnsupportedOperationException if the server is external, or H2
     */
    public void freeze() {
        taken(server.process()::pause);
    }

    /**
     * Ends a {@link #freeze()}.
     *
     * @throws UnsupportedOperationException if the server is external, or H2
     */
    public void resume() {
        server.process().unpause();
        answers.set(true);
    }

    /** Marks the server as away while an action takes it away; one that was refused leaves it where it was. */
    private void taken(Runnable action) {
        boolean answered = answers.getAndSet(false);
        try {
            action.run();
        } catch (UnsupportedOperationException e) {
            answers.set(answered);
            throw e;
        }
    }

    /** The last 64 KiB the server logged; empty if it is external or H2. */
    public String log() {
        return server.process().log();
    }

    /**
     * Removes a {@link #fresh()} database if its server answers, or ends the server, if the database came with it, and removes all data.
     * An external server is left alone.
     *
     * @throws IllegalStateException if a fresh database cannot be removed from an external server
     */
    @Override
    public void close() {
        if (fresh == null) {
            server.process().close();
        } else if (answers.get()) {
            try {
                server.drop(administrator, fresh);
            } catch (SQLException e) {
                throw new IllegalStateException("Cannot remove database " + fresh + " from " + this, e);
            }
        }
    }

    @Override
    public String toString() {
        return kind() + " " + version + " at " + address.masked();
    }
}
