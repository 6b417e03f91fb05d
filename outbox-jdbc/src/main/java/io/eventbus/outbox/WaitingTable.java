package io.eventbus.outbox;

import io.eventbus.api.outbox.OutboxFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The table of events that left the log without being published: of each aggregate the first one waits for its time or is dead, and all that came after it stand behind
 * it. An event without an aggregate stands for itself.
 *
 * <p>States: {@code W} waits until {@code due_at}, {@code D} is dead, {@code B} stands behind another one of its aggregate. When a first one leaves, the next one is
 * {@linkplain #promote promoted} to {@code W}.
 *
 * <p>Concurrency: no state beside the names. Every method works within the caller's transaction, which holds the lock of the shards' rows if it changes something.
 */
final class WaitingTable {

    /** How many parameters go into one list. */
    private static final int LIST = 500;

    private final TableNames tables;
    private final String now;

    WaitingTable(TableNames tables, Dialect dialect) {
        this.tables = tables;
        this.now = dialect.nowMillis();
    }

    /** Whether anything stands there in one of these shards. */
    boolean isEmpty(Connection connection, Collection<Integer> shards) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                        "select 1 from " + tables.waiting() + " where " + in("shard", shards) + " limit 1");
                ResultSet row = select.executeQuery()) {
            return !row.next();
        }
    }

    /** Those of the aggregates that have something here. */
    Set<String> blocked(Connection connection, Collection<String> aggregates) throws SQLException {
        Set<String> blocked = new HashSet<>();
        for (List<String> part : parts(aggregates)) {
            try (PreparedStatement select = connection.prepareStatement("select distinct aggregate_id from "
                    + tables.waiting() + " where aggregate_id in (" + parameters(part.size()) + ")")) {
                setAll(select, 1, part);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        blocked.add(row.getString(1));
                    }
                }
            }
        }
        return blocked;
    }

    /** Those whose time has come, each the first one of its aggregate. */
    List<LogRow> due(Connection connection, Map<Integer, Long> epochs, int most) throws SQLException {
        return rows(
                connection,
                epochs,
                "where " + in("shard", epochs.keySet()) + " and state = 'W' and due_at <= " + now
                        + " order by due_at, id limit ?",
                List.of(),
                most);
    }

    /** Those that stand behind, of some aggregates. */
    List<LogRow> behind(Connection connection, Map<Integer, Long> epochs, List<String> aggregates, int most)
            throws SQLException {
        return rows(
                connection,
                epochs,
                "where " + in("shard", epochs.keySet()) + " and state = 'B' and aggregate_id in ("
                        + parameters(aggregates.size()) + ") order by id limit ?",
                aggregates,
                most);
    }

    private List<LogRow> rows(
            Connection connection, Map<Integer, Long> epochs, String where, List<String> texts, int most)
            throws SQLException {
        List<LogRow> rows = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select " + Columns.NAMES + ", id, failures from " + tables.waiting() + " " + where)) {
            select.setInt(setAll(select, 1, texts), most);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    int shard = row.getInt("shard");
                    rows.add(new LogRow(
                            row.getLong("id"),
                            shard,
                            epochs.getOrDefault(shard, 0L),
                            Columns.topic(row),
                            Columns.event(row),
                            row.getInt("failures"),
                            true));
                }
            }
        }
        return rows;
    }

    /** Events of the log are put behind others of their aggregates; in front, if those were discarded since they were seen there. */
    void appendBehind(Connection connection, List<LogRow> rows) throws SQLException {
        Set<String> aggregates = new HashSet<>();
        for (LogRow row : rows) {
            if (!isThere(connection, row)) { // as it is if an earlier commit succeeded and its answer was lost
                insert(connection, row, 'B', row.failures(), 0, "");
            }
            String aggregate = row.envelope().aggregateId();
            if (aggregate != null) {
                aggregates.add(aggregate);
            }
        }
        promote(connection, aggregates);
    }

    /** An event failed, whether it came from the log or from here. */
    void failed(Connection connection, OutboxFailure failure, boolean dead) throws SQLException {
        LogRow row = (LogRow) failure.record();
        char state = dead ? 'D' : 'W';
        long delay = failure.delay().toMillis();
        if (!row.waited()) {
            delete(connection, row); // there already if an earlier commit succeeded and its answer was lost
            insert(connection, row, state, row.failures() + 1, delay, failure.reason());
            return;
        }
        try (PreparedStatement update = connection.prepareStatement("update " + tables.waiting()
                + " set state = ?, failures = ?, due_at = " + now + " + ?, reason = ? where shard = ? and id = ?")) {
            update.setString(1, String.valueOf(state));
            update.setInt(2, row.failures() + 1);
            update.setLong(3, delay);
            update.setString(4, failure.reason());
            update.setInt(5, row.shard());
            update.setLong(6, row.id());
            update.executeUpdate();
        }
    }

    private boolean isThere(Connection connection, LogRow row) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select 1 from " + tables.waiting() + " where shard = ? and id = ?")) {
            select.setInt(1, row.shard());
            select.setLong(2, row.id());
            try (ResultSet found = select.executeQuery()) {
                return found.next();
            }
        }
    }

    private void delete(Connection connection, LogRow row) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from " + tables.waiting() + " where shard = ? and id = ?")) {
            delete.setInt(1, row.shard());
            delete.setLong(2, row.id());
            delete.executeUpdate();
        }
    }

    private void insert(Connection connection, LogRow row, char state, int failures, long delay, String reason)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into " + tables.waiting()
                + " (id, state, failures, due_at, reason, " + Columns.NAMES + ") values (?, ?, ?, " + now + " + ?, ?, "
                + Columns.PARAMETERS.substring(1))) {
            insert.setLong(1, row.id());
            insert.setString(2, String.valueOf(state));
            insert.setInt(3, failures);
            insert.setLong(4, delay);
            insert.setString(5, reason);
            Columns.set(insert, 6, row.shard(), row.topic(), row.envelope());
            insert.executeUpdate();
        }
    }

    /** These were published. The next ones of their aggregates come first now. */
    void delete(Connection connection, List<LogRow> rows) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from " + tables.waiting() + " where shard = ? and id = ?")) {
            for (LogRow row : rows) {
                delete.setInt(1, row.shard());
                delete.setLong(2, row.id());
                delete.addBatch();
            }
            delete.executeBatch();
        }
        Set<String> aggregates = new HashSet<>();
        for (LogRow row : rows) {
            String aggregate = row.envelope().aggregateId();
            if (aggregate != null) {
                aggregates.add(aggregate);
            }
        }
        promote(connection, aggregates);
    }

    /** Of each of the aggregates the first one waits for nothing, if it stood behind another one that is gone. */
    void promote(Connection connection, Collection<String> aggregates) throws SQLException {
        for (List<String> part : parts(aggregates)) {
            List<Long> first = new ArrayList<>();
            try (PreparedStatement select = connection.prepareStatement("select min(id) from " + tables.waiting()
                    + " where aggregate_id in (" + parameters(part.size()) + ") group by aggregate_id")) {
                setAll(select, 1, part);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        first.add(row.getLong(1));
                    }
                }
            }
            if (!first.isEmpty()) {
                try (PreparedStatement update = connection.prepareStatement("update " + tables.waiting()
                        + " set state = 'W', due_at = 0 where state = 'B' and id in (" + parameters(first.size())
                        + ")")) {
                    int index = 1;
                    for (long id : first) {
                        update.setLong(index++, id);
                    }
                    update.executeUpdate();
                }
            }
        }
    }

    /** Dead ones are tried anew; how many there were. */
    int requeue(Connection connection, Collection<String> eventIds) throws SQLException {
        int count = 0;
        for (List<String> part : parts(eventIds)) {
            count += requeue(connection, RowFilter.deadWithIds(part));
        }
        return count;
    }

    /** Dead ones are tried anew; how many there were. */
    int requeue(Connection connection, RowFilter dead) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update " + tables.waiting() + " set state = 'W', failures = 0, due_at = 0 where " + dead.sql())) {
            setAll(update, 1, dead.texts());
            return update.executeUpdate();
        }
    }

    /** Dead ones are deleted, and the next ones of their aggregates come first; how many there were. */
    int discard(Connection connection, RowFilter dead) throws SQLException {
        String which = " from " + tables.waiting() + " where " + dead.sql();
        List<String> aggregates = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("select distinct aggregate_id" + which + " and aggregate_id is not null")) {
            setAll(select, 1, dead.texts());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    aggregates.add(row.getString(1));
                }
            }
        }
        int count;
        try (PreparedStatement delete = connection.prepareStatement("delete" + which)) {
            setAll(delete, 1, dead.texts());
            count = delete.executeUpdate();
        }
        promote(connection, aggregates);
        return count;
    }

    /** Those of the events that stand here. */
    List<LogRow> find(Connection connection, Collection<String> eventIds) throws SQLException {
        List<LogRow> found = new ArrayList<>();
        for (List<String> part : parts(eventIds)) {
            found.addAll(rows(
                    connection,
                    Map.of(),
                    "where event_id in (" + parameters(part.size()) + ") order by id limit ?",
                    part,
                    Integer.MAX_VALUE));
        }
        return found;
    }

    private static String in(String column, Collection<Integer> numbers) {
        return column + " in ("
                + String.join(", ", numbers.stream().map(String::valueOf).toList()) + ")";
    }

    static String parameters(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    /** Lists of bounded length, so that few different statements come about. */
    static List<List<String>> parts(Collection<String> all) {
        List<String> list = List.copyOf(all);
        List<List<String>> parts = new ArrayList<>();
        for (int from = 0; from < list.size(); from += LIST) {
            parts.add(list.subList(from, Math.min(list.size(), from + LIST)));
        }
        return parts;
    }

    static int setAll(PreparedStatement statement, int first, List<String> texts) throws SQLException {
        int index = first;
        for (String text : texts) {
            statement.setString(index++, text);
        }
        return index;
    }
}
