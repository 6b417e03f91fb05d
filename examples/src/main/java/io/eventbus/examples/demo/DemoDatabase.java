package io.eventbus.examples.demo;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.eventbus.testkit.database.Database;
import io.eventbus.testkit.database.Databases;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;

/**
 * The database of the service that the demo plays: a fresh one with a table of orders, even where the server is somebody else's, and a pool of
 * connections to it.
 *
 * <p>Concurrency: safe from any thread; closing it twice does nothing more.
 */
final class DemoDatabase implements AutoCloseable {

    /** The databases to choose from. */
    enum Kind {
        H2,
        POSTGRES,
        MARIADB;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One for each writer, and one for the relay, which uses no more. */
    private static final int CONNECTIONS = OutboxOptions.WRITERS + 1;

    private static final String MAKE_ORDERS =
            "create table orders (id integer not null primary key, name varchar(1000) not null, version integer not null)";
    private static final String COUNT_CHANGES = "select coalesce(sum(version), 0) from orders";

    private final Kind kind;
    private final Database server;
    private final Database database;
    private final HikariDataSource pool;

    private DemoDatabase(Kind kind, Database server, Database database, HikariDataSource pool) {
        this.kind = kind;
        this.server = server;
        this.database = database;
        this.pool = pool;
    }

    /**
     * Starts one.
     *
     * @throws io.eventbus.testkit.broker.BrokerUnavailableException if there is no way to one
     */
    static DemoDatabase start(Kind kind) throws SQLException {
        Database server = switch (kind) {
            case H2 -> Databases.h2();
            case POSTGRES -> Databases.postgres();
            case MARIADB -> Databases.mariadb();
        };
        try {
            return start(kind, server, server.fresh());
        } catch (SQLException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static DemoDatabase start(Kind kind, Database server, Database database) throws SQLException {
        HikariConfig config = new HikariConfig();
        config.setPoolName("demo");
        config.setDataSource(database.dataSource());
        config.setMaximumPoolSize(CONNECTIONS);
        HikariDataSource pool = new HikariDataSource(config);
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(MAKE_ORDERS);
            return new DemoDatabase(kind, server, database, pool);
        } catch (SQLException e) {
            pool.close();
            database.close();
            throw e;
        }
    }

    Kind kind() {
        return kind;
    }

    String version() {
        return database.version();
    }

    DataSource pool() {
        return pool;
    }

    /** How many changes of orders are committed. */
    long changes() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(COUNT_CHANGES)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() {
        pool.close();
        database.close();
        server.close();
    }
}
