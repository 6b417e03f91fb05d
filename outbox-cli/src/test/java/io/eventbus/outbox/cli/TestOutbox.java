package io.eventbus.outbox.cli;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;
import io.eventbus.outbox.Outbox;
import io.eventbus.outbox.OutboxConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** An outbox in a database of its own in memory, protected by a password, whose events a test moves to the dead ones. */
final class TestOutbox implements AutoCloseable {

    static final String PASSWORD = "hunter2+secret";

    private final String url = "jdbc:h2:mem:" + UUID.randomUUID();
    private final Connection keeper;

    TestOutbox() throws SQLException {
        keeper = DriverManager.getConnection(url, "operator", PASSWORD);
    }

    String url() {
        return url;
    }

    void makeTables() throws SQLException {
        outbox();
    }

    void append(Envelope... events) throws SQLException {
        Outbox outbox = outbox();
        keeper.setAutoCommit(false);
        outbox.append(keeper, Topic.of("orders"), List.of(events));
        keeper.commit();
        keeper.setAutoCommit(true);
    }

    /** Moves everything in the log to those that were given up; of an aggregate, what came after the first stands behind it. */
    void bury(String reason) throws SQLException {
        String columns = "shard, topic, event_id, aggregate_id, event_type, event_version, occurred_at, trace_id,"
                + " correlation_id, content_type, headers, payload";
        try (PreparedStatement move =
                keeper.prepareStatement("insert into eventbus_outbox_waiting (id, state, failures,"
                        + " due_at, reason, " + columns
                        + ") select id, case when exists (select 1 from eventbus_outbox_event f"
                        + " where f.aggregate_id = e.aggregate_id and f.id < e.id) then 'B' else 'D' end, 7, 0, ?, "
                        + columns
                        + " from eventbus_outbox_event e")) {
            move.setString(1, reason);
            move.executeUpdate();
        }
        execute("delete from eventbus_outbox_event");
        execute("update eventbus_outbox_shard set log_position = '1000000'");
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = keeper.createStatement()) {
            statement.execute(sql);
        }
    }

    private Outbox outbox() throws SQLException {
        return Outbox.open(
                new DriverDataSource(url, "operator", PASSWORD, false),
                OutboxConfig.of(
                        Map.of("eventbus.outbox.create-schema", "true", "eventbus.outbox.shards", "4"), Map.of()));
    }

    static Envelope event(String id, String aggregate) {
        return Envelope.builder("order.placed")
                .eventId(id)
                .aggregateId(aggregate)
                .timestamp(Instant.now().minusSeconds(90))
                .header("X-Tenant-ID", "north")
                .payload("{\"total\":42}")
                .build();
    }

    @Override
    public void close() throws SQLException {
        keeper.close();
    }
}
