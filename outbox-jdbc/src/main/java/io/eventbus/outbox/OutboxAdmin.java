package io.eventbus.outbox;

import io.eventbus.api.ConfigurationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * Looks into an outbox, and deals with what was given up. It works on the database alone, whether relays run or not; they learn of it within a second.
 *
 * <p>Concurrency: safe from any thread, and from several processes. What changes something is one transaction a shard, which the relay of that shard waits for; it can be
 * repeated when it was broken off.
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
        try (Session session = Session.open(database)) {
            Connection connection = session.connection();
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

    /**
     * Makes the tables, unless they are there.
     *
     * @return whether they were made; if not, they were there, in the version of this program
     * @throws ConfigurationException if the database is not supported, or its tables are of another version, or their making was once broken off
     * @throws SQLException if the database cannot be asked or refuses; what was made by then stays where the database commits each
     *     table
     */
    public static boolean create(DataSource database, OutboxConfig config) throws SQLException {
        try (Session session = Session.open(database)) {
            Connection connection = session.connection();
            OutboxSchema schema = new OutboxSchema(Dialect.of(connection), new TableNames(config.tablePrefix()));
            boolean missing = !schema.exists(connection);
            if (missing) {
                schema.create(connection, config.schema());
                session.commit();
            }
            schema.read(connection);
            return missing;
        }
    }

    /** About how many events are not published, and how old the oldest is. */
    public Backlog backlog() throws SQLException {
        try (Session session = Session.open(database)) {
            return new BacklogReader(tables, dialect).read(session.connection());
        }
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
        return dead(DeadFilter.ALL, after, most);
    }

    /**
     * Some of the dead events, in the order of their numbers.
     *
     * @param after only those with a higher number; 0 for the first page
     * @param most how many at most, more than 0
     */
    public List<DeadEvent> dead(DeadFilter filter, long after, int most) throws SQLException {
        return dead(filter.rows(), after, most);
    }

    /** The dead events with these ids; there is none for an id that is not dead. */
    public List<DeadEvent> deadByEventId(Collection<String> eventIds) throws SQLException {
        List<DeadEvent> dead = new ArrayList<>();
        for (List<String> part : WaitingTable.parts(eventIds)) {
            dead.addAll(dead(RowFilter.deadWithIds(part), 0, Integer.MAX_VALUE));
        }
        return dead;
    }

    /** The dead event that blocks an aggregate; empty if there is none. */
    public List<DeadEvent> deadOf(String aggregateId) throws SQLException {
        return dead(DeadFilter.ofAggregate(aggregateId), 0, Integer.MAX_VALUE);
    }

    private List<DeadEvent> dead(RowFilter filter, long after, int most) throws SQLException {
        List<DeadEvent> dead = new ArrayList<>();
        String sql = "select " + Columns.NAMES + ", id, failures, reason, (select count(*) from " + tables.waiting()
                + " b where b.aggregate_id = w.aggregate_id and b.id > w.id) as followers from " + tables.waiting()
                + " w where " + filter.sql() + " and id > ? order by id limit ?";
        try (Session session = Session.open(database);
                PreparedStatement select = session.connection().prepareStatement(sql)) {
            int index = WaitingTable.setAll(select, 1, filter.texts());
            select.setLong(index, after);
            select.setInt(index + 1, most);
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

    /** How many dead events there are of those that are meant. */
    public long deadCount(DeadFilter filter) throws SQLException {
        RowFilter rows = filter.rows();
        try (Session session = Session.open(database);
                PreparedStatement select = session.connection()
                        .prepareStatement("select count(*) from " + tables.waiting() + " where " + rows.sql())) {
            WaitingTable.setAll(select, 1, rows.texts());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Dead events are published after all, before everything that came after them of their aggregates, and with no failures counted; how many there were. */
    public int requeue(Collection<String> eventIds) throws SQLException {
        int count = 0;
        for (List<String> part : WaitingTable.parts(eventIds)) {
            count += change(RowFilter.deadWithIds(part), waiting::requeue);
        }
        return count;
    }

    /** The same of all that are meant. */
    public int requeue(DeadFilter filter) throws SQLException {
        return change(filter.rows(), waiting::requeue);
    }

    /** Dead events are deleted and never published; what stood behind them goes on. How many there were. */
    public int discard(Collection<String> eventIds) throws SQLException {
        int count = 0;
        for (List<String> part : WaitingTable.parts(eventIds)) {
            count += change(RowFilter.deadWithIds(part), waiting::discard);
        }
        return count;
    }

    /** The same of all that are meant. */
    public int discard(DeadFilter filter) throws SQLException {
        return change(filter.rows(), waiting::discard);
    }

    /** What is done with rows that wait, of one shard that is locked. */
    private interface Change {
        int apply(Connection connection, RowFilter filter) throws SQLException;
    }

    /**
     * One transaction a shard, which locks its row first, as a relay does: a relay that puts an event behind a dead one must not do so while that one is taken away. One
     * lock at a time, so that nobody and we wait for each other.
     */
    private int change(RowFilter filter, Change change) throws SQLException {
        int count = 0;
        for (int shard : shardsOf(filter)) {
            try (Session session = Session.open(database)) {
                lock(session.connection(), shard);
                count += change.apply(
                        session.connection(),
                        new RowFilter("shard = " + shard + " and " + filter.sql(), filter.texts()));
                session.commit();
            }
        }
        return count;
    }

    private Set<Integer> shardsOf(RowFilter filter) throws SQLException {
        Set<Integer> shards = new TreeSet<>();
        try (Session session = Session.open(database);
                PreparedStatement select = session.connection()
                        .prepareStatement(
                                "select distinct shard from " + tables.waiting() + " where " + filter.sql())) {
            WaitingTable.setAll(select, 1, filter.texts());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    shards.add(row.getInt(1));
                }
            }
        }
        return shards;
    }

    private void lock(Connection connection, int shard) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select shard from " + tables.shards() + " where shard = ? for update")) {
            select.setInt(1, shard);
            select.executeQuery().close();
        }
    }
}
