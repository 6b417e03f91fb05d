package io.eventbus.outbox;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The log on PostgreSQL, read in windows between snapshots. A row has the id of the transaction that wrote it; a window are the rows of the transactions from
 * {@code lo} on and below {@code hi}, where {@code hi} is the oldest transaction that is still open when the window begins. All of a window's
 * transactions have ended, so it is final, and nothing can appear in it later. Within a window rows come in the order of their numbers.
 *
 * <p>Order: an event appended after the commit of the one before has the higher number, and stands in the same window or in a later one.
 *
 * <p>Old rows are passed over by a floor. Whoever saves a position notes the value of the sequence, read in an earlier statement, and its own transaction
 * id. Transactions with a higher id got higher numbers, since a row's number is taken after its transaction has its id; so a window that begins above that
 * id holds no number at or below that value.
 *
 * <p>Concurrency: not safe; owned by the relay's store thread.
 */
final class WindowLog {

    private final TableNames tables;
    private long lo;
    private long hi;
    private long after;
    private Floor floor;
    private Floor next;

    /**
     * What is known of the numbers of later transactions.
     *
     * @param transaction those with a higher id than this one
     * @param number got higher numbers than this one
     */
    record Floor(long transaction, long number) {}

    /** A row of the log. */
    record Row(long id, int shard, Topic topic, Envelope envelope) {}

    /** A place in the log: everything of the transactions below {@code lo} is behind it, and of those below {@code hi} what is numbered up to {@code after}. */
    record Place(long lo, long hi, long after, Floor floor) {

        static final Place BEGINNING = new Place(0, 0, 0, new Floor(-1, 0));

        @Override
        public String toString() {
            return lo + " " + hi + " " + after + " " + floor.transaction + " " + floor.number;
        }

        static Place parse(String text) {
            if (text.isEmpty()) {
                return BEGINNING;
            }
            String[] parts = text.split(" ", -1);
            try {
                return new Place(
                        Long.parseLong(parts[0]),
                        Long.parseLong(parts[1]),
                        Long.parseLong(parts[2]),
                        new Floor(Long.parseLong(parts[3]), Long.parseLong(parts[4])));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new MalformedRowException("the position of a shard cannot be read");
            }
        }
    }

    WindowLog(TableNames tables, Place place) {
        this.tables = tables;
        this.lo = place.lo;
        this.hi = place.hi;
        this.after = place.after;
        this.floor = place.floor;
        this.next = place.floor;
    }

    /** The place behind the rows read so far. */
    Place place() {
        return new Place(lo, hi, after, floor);
    }

    /** The place right behind a row of the present window. */
    Place placeOf(Row row) {
        return new Place(lo, hi, row.id, floor);
    }

    /** A position was saved by this transaction, which knew this value of the sequence before it had its id. */
    void saved(Floor known) {
        next = known;
    }

    /**
     * The next rows of this window, or of the next one if it has no more.
     *
     * @param shards those whose rows are wanted
     * @param most how many at most, more than 0
     * @param limit where the next window ends at the latest, exclusive; for a log that follows another one
     */
    List<Row> read(Connection connection, List<Integer> shards, int most, long limit) throws SQLException {
        if (lo == hi) {
            open(connection, limit);
        }
        if (lo == hi) {
            return List.of();
        }
        List<Row> rows = rows(connection, shards, most);
        if (rows.size() < most) {
            lo = hi;
            after = 0;
            if (next.transaction < lo) {
                floor = next;
            }
        } else {
            after = rows.get(rows.size() - 1).id;
        }
        return rows;
    }

    private void open(Connection connection, long limit) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
                ResultSet row = statement.executeQuery()) {
            row.next();
            hi = Math.max(lo, Math.min(limit, row.getLong(1)));
        }
    }

    private List<Row> rows(Connection connection, List<Integer> shards, int most) throws SQLException {
        String sql = "select id, " + Columns.NAMES + " from " + tables.events()
                + " where id > ? and xid >= ?::text::xid8 and xid < ?::text::xid8 and shard = any (?) order by id limit ?";
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, Math.max(floor.number, after));
            statement.setString(2, Long.toString(lo));
            statement.setString(3, Long.toString(hi));
            statement.setArray(4, connection.createArrayOf("int2", shards.toArray()));
            statement.setInt(5, most);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(row.getLong("id"), row.getInt("shard"), Columns.topic(row), Columns.event(row)));
                }
            }
        }
        return rows;
    }
}
