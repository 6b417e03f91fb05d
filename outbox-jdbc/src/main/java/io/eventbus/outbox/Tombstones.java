package io.eventbus.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How a number of the log that does not appear is given up on a database that cannot tell when the transactions that took it have ended: after a while nobody can be
 * about to insert it, and a look at what is not committed tells whether somebody has inserted it. If nobody has, a row without an event is inserted under it. Then the
 * number is taken for good: whoever came with it after all would get a duplicate key, and could not lose an event.
 */
final class Tombstones {

    /** How long a number must be missing: longer than any single statement stands between taking its number and inserting its row. */
    private static final long AGE_NANOS = 2_000_000_000L;

    private static final int MOST_AT_ONCE = 500;
    private static final int MOST_TO_DELETE = 5_000;
    private static final int MOST_CHUNKS = 20;
    private static final int LONGEST_WAIT_SECONDS = 2;
    private static final String INTEGRITY_VIOLATION = "23";

    private Tombstones() {}

    /** Marks new gaps with the time, and closes old ones. */
    static void prove(Connection connection, TableNames tables, LogReader log) throws SQLException {
        long now = System.nanoTime();
        log.gaps().mark(now);
        for (Gaps.Range range : log.gaps().all()) {
            if (now - range.mark() >= AGE_NANOS) {
                close(connection, tables, log, range);
            }
        }
    }

    private static void close(Connection connection, TableNames tables, LogReader log, Gaps.Range range)
            throws SQLException {
        long last = Math.min(range.last(), range.first() + MOST_AT_ONCE - 1);
        Set<Long> taken = taken(connection, tables, range.first(), last);
        List<Long> free = new ArrayList<>();
        for (long number = range.first(); number <= last; number++) {
            if (!taken.contains(number)) {
                free.add(number);
            }
        }
        if (free.isEmpty()) {
            return;
        }
        try {
            insert(connection, tables, free);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            if (e instanceof SQLTimeoutException || sqlState(e).startsWith(INTEGRITY_VIOLATION)) {
                return; // somebody is inserting or has inserted one of them: the next read shows it, or the next proof
            }
            throw e;
        }
        free.forEach(number -> log.closed(number, number));
    }

    /** The numbers of the range that somebody has inserted, committed or not. */
    private static Set<Long> taken(Connection connection, TableNames tables, long first, long last)
            throws SQLException {
        connection.commit();
        int isolation = connection.getTransactionIsolation();
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
        Set<Long> taken = new HashSet<>();
        try (PreparedStatement select =
                connection.prepareStatement("select id from " + tables.events() + " where id between ? and ?")) {
            select.setLong(1, first);
            select.setLong(2, last);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    taken.add(row.getLong(1));
                }
            }
        } finally {
            connection.commit();
            connection.setTransactionIsolation(isolation);
        }
        return taken;
    }

    private static void insert(Connection connection, TableNames tables, List<Long> numbers) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into " + tables.events()
                + " (id, shard, topic, event_id, event_type, event_version, occurred_at, content_type)"
                + " values (?, -1, '', '', '', 0, 0, '')")) {
            insert.setQueryTimeout(LONGEST_WAIT_SECONDS);
            for (long number : numbers) {
                insert.setLong(1, number);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static String sqlState(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }

    /** Deletes done events, a bounded number in each transaction and in all. */
    static long cleanInChunks(Connection connection, TableNames tables, long doneThrough) throws SQLException {
        long removed = 0;
        for (int chunk = 0; chunk < MOST_CHUNKS; chunk++) {
            long lowest = lowest(connection, tables);
            if (lowest > doneThrough) {
                break;
            }
            try (PreparedStatement delete =
                    connection.prepareStatement("delete from " + tables.events() + " where id <= ?")) {
                delete.setLong(1, Math.min(doneThrough, lowest + MOST_TO_DELETE - 1));
                removed += delete.executeUpdate();
            }
            connection.commit();
        }
        return removed;
    }

    private static long lowest(Connection connection, TableNames tables) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select min(id) from " + tables.events());
                ResultSet row = select.executeQuery()) {
            row.next();
            long lowest = row.getLong(1);
            return row.wasNull() ? Long.MAX_VALUE : lowest;
        }
    }
}
