package io.eventbus.outbox;

import io.eventbus.api.ConfigurationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;

/**
 * Looks into an outbox, and deals with what was given up. It works on the database alone, whether relays run or not; they learn of it within a second.
 *
 * <p>Concurrency: safe from any thread, and from several processes; each call is one transaction.
 */
public final class OutboxAdmin {

    private final DataSource database;
    private final TableNames tables;
    private final Dialect dialect;
    private final WaitingTable waiting;

    private OutboxAdmin(DataSource database, TableNames tables, Dialect dialect) {
        this.database = database;
        this.tables = tables;
        this.dialect = dialect;
        this.waiting = new WaitingTable(tables, dialect);
    }

    /**
     * The admin of the outbox whose tables are in a database.
     *
     * @throws ConfigurationException if the database is not supported, or its tables are missing or of another version
     * @throws SQLException if the database cannot be asked
     */
    public static OutboxAdmin open(DataSource database, OutboxConfig config) throws SQLException {
        TableNames tables = new TableNames(config.tablePrefix());
        try (Connection connection = database.getConnection()) {
            Dialect dialect = Dialect.of(connection);
            new OutboxSchema(dialect, tables).read(connection);
            return new OutboxAdmin(database, tables, dialect);
        }
    }

    /**
     * The statements that make the tables, each without a semicolon, in order.
     *
     * @param databaseName postgresql, mysql, mariadb or h2
     */
    public static List<String> schema(String databaseName, OutboxConfig config) {
        return new OutboxSchema(Dialect.named(databaseName), new TableNames(config.tablePrefix()))
                .statements(config.schema());
    }

    /** All shards, ascending. */
    public List<ShardStatus> shards() throws SQLException {
        List<ShardStatus> shards = new ArrayList<>();
        try (Session session = Session.open(database);
                PreparedStatement select = session.connection()
                        .prepareStatement("select shard, coalesce(owner, ''), epoch, lease_until - "
                                + dialect.nowMillis() + ", log_position from " + tables.shards() + " order by shard");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                shards.add(new ShardStatus(
                        row.getInt(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getLong(4),
                        Position.parse(row.getString(5)).doneThrough()));
            }
        }
        return shards;
    }

    /** How many events wait for another attempt, are dead, or stand behind such; see {@link Waiting}. */
    public Waiting waiting() throws SQLException {
        long retrying = 0;
        long dead = 0;
        long behind = 0;
        try (Session session = Session.open(database);
                PreparedStatement select = session.connection()
                        .prepareStatement("select state, count(*) from " + tables.waiting() + " group by state");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                long count = row.getLong(2);
                switch (row.getString(1)) {
                    case "W" -> retrying = count;
                    case "D" -> dead = count;
                    default -> behind = count;
                }
            }
        }
        return new Waiting(retrying, dead, behind);
    }

    /**
     * How many events are not in the log any more and not published.
     *
     * @param retrying those that are tried again
     * @param dead those that were given up
     * @param behind those that wait for one of these of their aggregate
     */
    public record Waiting(long retrying, long dead, long behind) {}

    /**
     * Dead events, in the order of their numbers.
     *
     * @param after only those with a higher number; 0 for the first page
     * @param most how many at most, more than 0
     */
    public List<DeadEvent> dead(long after, int most) throws SQLException {
        return dead("id > ? order by id limit ?", statement -> {
            statement.setLong(1, after);
            statement.setInt(2, most);
        });
    }

    /** The dead events with these ids; there is none for an id that is not dead. */
    public List<DeadEvent> deadByEventId(Collection<String> eventIds) throws SQLException {
        List<DeadEvent> dead = new ArrayList<>();
        for (List<String> part : WaitingTable.parts(eventIds)) {
            dead.addAll(dead(
                    "event_id in (" + WaitingTable.parameters(part.size()) + ") order by id",
                    statement -> WaitingTable.setAll(statement, 1, part)));
        }
        return dead;
    }

    /** The dead event that blocks an aggregate; empty if there is none. */
    public List<DeadEvent> deadOf(String aggregateId) throws SQLException {
        return dead("aggregate_id = ? order by id", statement -> statement.setString(1, aggregateId));
    }

    private interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    private List<DeadEvent> dead(String where, Parameters parameters) throws SQLException {
        List<DeadEvent> dead = new ArrayList<>();
        String sql = "select " + Columns.NAMES + ", id, failures, reason, (select count(*) from " + tables.waiting()
                + " b where b.aggregate_id = w.aggregate_id and b.id > w.id) as followers from " + tables.waiting()
                + " w where state = 'D' and " + where;
        try (Session session = Session.open(database);
                PreparedStatement select = session.connection().prepareStatement(sql)) {
            parameters.set(select);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    String reason = row.getString("reason");
                    dead.add(new DeadEvent(
                            row.getLong("id"),
                            Columns.topic(row),
                            Columns.event(row),
                            row.getInt("failures"),
                            reason == null ? "" : reason,
                            row.getLong("followers")));
                }
            }
        }
        return dead;
    }

    /** Dead events are published after all, before everything that came after them of their aggregates, and with no failures counted; how many there were. */
    public int requeue(Collection<String> eventIds) throws SQLException {
        if (eventIds.isEmpty()) {
            return 0;
        }
        try (Session session = Session.open(database)) {
            int count = waiting.requeue(session.connection(), eventIds);
            session.commit();
            return count;
        }
    }

    /** Dead events are deleted and never published; what stood behind them goes on. How many there were. */
    public int discard(Collection<String> eventIds) throws SQLException {
        if (eventIds.isEmpty()) {
            return 0;
        }
        try (Session session = Session.open(database)) {
            int count = waiting.discard(session.connection(), eventIds);
            session.commit();
            return count;
        }
    }
}
