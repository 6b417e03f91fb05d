package io.eventbus.testkit.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What every fixture of a database server promises; a subclass says which. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class DatabaseFixtures {

    private final String name;
    private final DatabaseKind kind;
    private final String version;
    private Database server;

    DatabaseFixtures(String name, DatabaseKind kind, String version) {
        this.name = name;
        this.kind = kind;
        this.version = version;
    }

    abstract Database open();

    @BeforeAll
    void start() {
        assumeTrue(Databases.isSelected(name), name + " is not among the databases this run must cover");
        server = open();
    }

    @AfterAll
    void close() {
        if (server != null) {
            server.close();
        }
    }

    Database server() {
        return server;
    }

    @Test
    void tellsWhatItIs() throws SQLException {
        assertThat(server.kind()).isEqualTo(kind);
        assertThat(server.version()).startsWith(version);
        assertThat(server.isAlive()).isTrue();
        try (Connection connection = server.dataSource().getConnection()) {
            assertThat(connection.getMetaData().getDatabaseProductVersion()).startsWith(server.version());
        }
    }

    @Test
    void freshDatabasesDoNotSeeEachOther() throws SQLException {
        try (Database first = server.fresh();
                Database second = server.fresh()) {
            execute(first, "CREATE TABLE t (id INT PRIMARY KEY)");
            assertThatThrownBy(() -> rows(second)).isInstanceOf(SQLException.class);
            execute(second, "CREATE TABLE t (id INT PRIMARY KEY)");
            execute(first, "INSERT INTO t VALUES (1)");
            assertThat(rows(first)).isEqualTo(1);
            assertThat(rows(second)).isZero();
        }
    }

    @Test
    void aFreshDatabaseIsRemovedWithWhoeverIsConnected() throws SQLException {
        Database fresh = server.fresh();
        execute(fresh, "CREATE TABLE t (id INT PRIMARY KEY)");
        try (Connection idle = fresh.dataSource().getConnection()) {
            assertThat(idle.isValid(5)).isTrue();
            fresh.close();
        }
        assertThatThrownBy(() -> rows(fresh)).isInstanceOf(SQLException.class);
    }

    @Test
    void keepsWhatWasCommittedWhenItIsKilledAndWhenItIsStopped() throws SQLException {
        try (Database fresh = server.fresh()) {
            execute(fresh, "CREATE TABLE t (id INT PRIMARY KEY)");
            execute(fresh, "INSERT INTO t VALUES (1)");
            try (Connection open = fresh.dataSource().getConnection()) {
                server.kill();
                assertThat(server.isAlive()).isFalse();
                assertThat(open.isValid(5)).isFalse();
            }
            assertThatThrownBy(() -> fresh.dataSource().getConnection()).isInstanceOf(SQLException.class);
            server.start();
            assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
            assertThat(rows(fresh)).isEqualTo(1);

            execute(fresh, "INSERT INTO t VALUES (2)");
            try (Connection open = fresh.dataSource().getConnection()) {
                server.stop();
                assertThat(open.isValid(5)).isFalse();
            }
            server.start();
            assertThat(rows(fresh)).isEqualTo(2);
        }
    }

    /** For a server with processes: nothing answers while it is frozen, and who waited is answered afterwards. */
    void assertFreezes() throws Exception {
        try (Database fresh = server.fresh();
                Connection open = fresh.dataSource().getConnection()) {
            server.freeze();
            assertThat(server.isAlive()).isTrue();
            CompletableFuture<Integer> answer = new CompletableFuture<>();
            Thread client = new Thread(() -> answer.complete(one(open)));
            client.start();
            assertThatThrownBy(() -> answer.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            server.resume();
            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            client.join(Duration.ofSeconds(30).toMillis());

            server.freeze();
            server.kill();
            server.start();
            execute(fresh, "CREATE TABLE t (id INT PRIMARY KEY)");
        }
    }

    /** For a server with processes: none of them is left when it is closed, even if it is frozen. */
    void assertLeavesNoProcess(Database another) throws ExecutionException, InterruptedException, TimeoutException {
        ProcessHandle parent = ProcessHandle.of(another.pid()).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(parent), parent.descendants()).toList();
        another.freeze();
        another.close();
        for (ProcessHandle each : all) {
            each.onExit().get(30, TimeUnit.SECONDS);
        }
        assertThat(another.isAlive()).isFalse();
        another.close();
    }

    void assertAsksForThePassword() {
        for (String password : List.of("", "wrong")) {
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.user(), password))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isIn("28P01", "28000", "08004"));
        }
    }

    private static int one(Connection connection) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT 1")) {
            result.next();
            return result.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static void execute(Database database, String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static int rows(Database database) throws SQLException {
        return number(database, "SELECT COUNT(*) FROM t");
    }

    static int number(Database database, String sql) throws SQLException {
        return Integer.parseInt(text(database, sql));
    }

    static String text(Database database, String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }
}
