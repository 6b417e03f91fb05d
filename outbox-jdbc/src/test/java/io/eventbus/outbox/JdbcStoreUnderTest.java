package io.eventbus.outbox;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;
import io.eventbus.api.outbox.OutboxStore;
import io.eventbus.testkit.outbox.StoreUnderTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Our own tables, in an empty database, as the kit for stores needs them. */
final class JdbcStoreUnderTest implements StoreUnderTest {

    private final DataSource database;
    private final Outbox outbox;
    private final Dialect dialect;
    private final TableNames tables = new TableNames("eventbus_outbox");
    private final SchemaOptions options;

    JdbcStoreUnderTest(DataSource database) throws SQLException {
        this.database = database;
        this.outbox = Outbox.open(
                database,
                OutboxConfig.of(
                        Map.of("eventbus.outbox.create-schema", "true", "eventbus.outbox.shards", "4"), Map.of()));
        try (Connection connection = database.getConnection()) {
            dialect = Dialect.of(connection);
            options = new OutboxSchema(dialect, tables).read(connection);
        }
    }

    @Override
    public OutboxStore open() {
        return new JdbcOutboxStore(database, dialect, tables, options);
    }

    @Override
    public Transaction begin() throws SQLException {
        Connection connection = database.getConnection();
        connection.setAutoCommit(false);
        return new Transaction() {

            @Override
            public void append(Topic topic, List<Envelope> events) throws SQLException {
                outbox.append(connection, topic, events);
            }

            @Override
            public void commit() throws SQLException {
                try (connection) {
                    connection.commit();
                }
            }

            @Override
            public void rollback() throws SQLException {
                try (connection) {
                    connection.rollback();
                }
            }
        };
    }

    @Override
    public long rowsLeft() throws SQLException {
        long left = 0;
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            Map<Integer, Position> positions = new HashMap<>();
            try (ResultSet row = statement.executeQuery("select shard, log_position from " + tables.shards())) {
                while (row.next()) {
                    positions.put(row.getInt(1), Position.parse(row.getString(2)));
                }
            }
            try (ResultSet row =
                    statement.executeQuery("select shard, id from " + tables.events() + " where shard >= 0")) {
                while (row.next()) {
                    Position position = positions.get(row.getInt(1));
                    if (position != null && !position.covers(row.getLong(2))) {
                        left++;
                    }
                }
            }
            try (ResultSet row = statement.executeQuery("select count(*) from " + tables.waiting())) {
                row.next();
                left += row.getLong(1);
            }
        }
        return left;
    }

    @Override
    public boolean aggregatesStayWithTheirOwner() {
        return true;
    }

    @Override
    public boolean acknowledgedMayComeAgainAfterCrash() {
        return true;
    }

    @Override
    public void close() {}
}
