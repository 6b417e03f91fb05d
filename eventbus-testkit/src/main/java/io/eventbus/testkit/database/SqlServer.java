package io.eventbus.testkit.database;

import io.eventbus.testkit.broker.Readiness;
import io.eventbus.testkit.broker.RunningBroker;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/** A server that is reached by TCP and whose databases are made and removed by SQL. */
final class SqlServer implements DatabaseServer {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final SqlClient client;
    private final RunningBroker process;
    private final JdbcAddress address;
    private final boolean external;

    SqlServer(SqlClient client, RunningBroker process, JdbcAddress address, boolean external) {
        this.client = client;
        this.process = process;
        this.address = address;
        this.external = external;
    }

    @Override
    public DatabaseKind kind() {
        return client.kind();
    }

    @Override
    public RunningBroker process() {
        return process;
    }

    @Override
    public String awaitReady() {
        return Readiness.await(kind().toString(), process, PATIENCE, () -> client.version(address));
    }

    @Override
    public DataSource dataSource(JdbcAddress of) throws SQLException {
        return client.dataSource(of);
    }

    @Override
    public JdbcAddress create(JdbcAddress beside, String name) throws SQLException {
        JdbcAddress created = beside.withDatabase(name);
        execute(beside, client.create(name));
        return created;
    }

    @Override
    public void drop(JdbcAddress administrator, String name) throws SQLException {
        try {
            execute(administrator, client.drop(name));
        } catch (SQLException e) {
            if (external) {
                throw e;
            }
        }
    }

    private void execute(JdbcAddress in, List<String> sql) throws SQLException {
        try (Connection connection = client.dataSource(in).getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : sql) {
                statement.execute(each);
            }
        }
    }
}
