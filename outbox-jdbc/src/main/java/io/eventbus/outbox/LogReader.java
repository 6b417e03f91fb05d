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
 * Reads the log. A database gives out numbers as rows are inserted and shows rows as transactions commit, so that a lower number may appear after a higher one.
 * A read takes, in one statement and so of one snapshot, what has appeared in the gaps below the place that was reached, and then what lies above it. Nothing is
 * waited for: a transaction that stays open for long delays its own events only.
 *
 * <p>Order: whoever appends an event of an aggregate after the commit of the one before gets the higher number, and no snapshot shows the later one without the
 * earlier. So the rows of an aggregate come in the order of their commits, if all that has appeared in gaps comes before what lies above, as it does here. What has
 * appeared in gaps is taken alone if it does not fit into one read.
 *
 * <p>A gap that stays one is closed by the dialect, with a proof that its number will never appear.
 *
 * <p>Concurrency: not safe; owned by the relay's store thread. {@link #read} changes nothing here, so that it can be repeated when the transaction around it fails;
 * {@link #reached} does.
 */
final class LogReader {

    /** With so many gaps nothing above is read until some are closed, since each read has to look at all of them to keep the order. */
    static final int MOST_GAPS = 500;

    private static final Topic NO_TOPIC = Topic.of("none");
    private static final Envelope NO_EVENT =
            Envelope.builder("none").eventId("none").build();

    private final TableNames tables;
    private final Dialect dialect;
    private Gaps gaps = new Gaps();
    private long through;
    private boolean started;

    LogReader(TableNames tables, Dialect dialect) {
        this.tables = tables;
        this.dialect = dialect;
    }

    /**
     * A row of the log.
     *
     * @param shard negative for one that only takes its number, so that nobody else can
     * @param late whether it appeared in a gap
     */
    record Row(long id, int shard, Topic topic, Envelope envelope, boolean late) {}

    /**
     * What a read found.
     *
     * @param rows in the order in which they are to be published
     * @param lookedAt the gaps that were looked at to their end
     * @param full whether it ended for lack of room
     */
    record Batch(List<Row> rows, List<Gaps.Range> lookedAt, boolean full) {

        boolean isEmpty() {
            return rows.isEmpty();
        }
    }

    /** How far the log was read. */
    Position position() {
        return new Position(through, gaps);
    }

    /** Begins to read, or reads again, from a position that may lie before the one that was reached. */
    void windBackTo(Position position) {
        if (!started) {
            started = true;
            through = position.through();
            gaps = position.open().through(through);
            return;
        }
        through = Math.min(through, position.through());
        Gaps merged = gaps.through(through);
        for (Gaps.Range range : position.open().through(through).all()) {
            merged.include(range.first(), range.last());
        }
        gaps = merged;
    }

    /** Nothing is to be read any more; the next {@link #windBackTo} begins anew. */
    void stop() {
        started = false;
    }

    /**
     * The next rows.
     *
     * @param connection in a transaction that sees what has been committed
     * @param most how many at most, more than 0
     * @param mostBytes how many bytes of payload at most, though one row at least
     */
    Batch read(Connection connection, int most, long mostBytes) throws SQLException {
        List<Gaps.Range> looked = gaps.all();
        try (PreparedStatement statement = connection.prepareStatement(sql(looked))) {
            dialect.stream(statement);
            int index = 1;
            for (Gaps.Range range : looked) {
                statement.setLong(index++, range.first());
                statement.setLong(index++, range.last());
            }
            if (!looked.isEmpty()) {
                statement.setInt(index++, most);
            }
            if (looked.size() < MOST_GAPS) {
                statement.setLong(index++, through);
                statement.setInt(index, most);
            }
            try (ResultSet row = statement.executeQuery()) {
                return rows(row, looked, most, mostBytes);
            }
        }
    }

    private String sql(List<Gaps.Range> looked) {
        String select = "select " + Columns.NAMES + ", id from " + tables.events() + " where ";
        String above = select + "id > ? order by id limit ?";
        if (looked.isEmpty()) {
            return above;
        }
        StringBuilder sql = new StringBuilder("(").append(select).append('(');
        for (int i = 0; i < looked.size(); i++) {
            sql.append(i == 0 ? "" : " or ").append("id between ? and ?");
        }
        sql.append(") order by id limit ?)");
        return looked.size() < MOST_GAPS
                ? sql.append(" union all (").append(above).append(')').toString()
                : sql.toString();
    }

    private Batch rows(ResultSet row, List<Gaps.Range> looked, int most, long mostBytes) throws SQLException {
        List<Row> rows = new ArrayList<>();
        long bytes = 0;
        long last = 0;
        long reached = through;
        int ranges = looked.size();
        boolean full = false;
        while (!full && row.next()) {
            long id = row.getLong("id");
            if (id <= last) {
                throw new MalformedRowException(
                        "the database gave event " + id + " of " + tables.events() + " after event " + last
                                + ", though the numbers were asked for in order; are there two with one number?");
            }
            last = id;
            boolean late = id <= through;
            if (!late && rows.size() >= most) {
                full = true; // what appeared in gaps takes all the room
                break;
            }
            if (!late) {
                ranges += id > reached + 1 ? 1 : 0;
                reached = id;
            }
            int shard = row.getInt("shard");
            if (shard < 0) {
                rows.add(new Row(id, shard, NO_TOPIC, NO_EVENT, late));
            } else {
                Envelope event = Columns.event(row);
                rows.add(new Row(id, shard, Columns.topic(row), event, late));
                bytes += Columns.bytes(event);
            }
            full = rows.size() >= most || bytes >= mostBytes || !late && ranges >= MOST_GAPS;
        }
        long seen = last;
        List<Gaps.Range> lookedAt =
                full ? looked.stream().filter(range -> range.last() <= seen).toList() : looked;
        return new Batch(rows, lookedAt, full);
    }

    /**
     * The rows of a batch are taken, and what the gaps that were looked at did not show, and will never show, is closed.
     *
     * @param provenBefore gaps marked below this will not show anything any more
     */
    void reached(Batch batch, long provenBefore) {
        for (Row row : batch.rows()) {
            if (row.late()) {
                gaps.close(row.id());
            } else {
                gaps.add(through + 1, row.id() - 1, Gaps.UNMARKED);
                through = row.id();
            }
        }
        for (Gaps.Range range : batch.lookedAt()) {
            if (range.mark() < provenBefore) {
                gaps.close(range.first(), range.last());
            }
        }
    }

    /** These numbers will never appear. */
    void closed(long first, long last) {
        gaps.close(first, last);
    }

    /** The gaps, for the dialect to mark and to prove. */
    Gaps gaps() {
        return gaps;
    }
}
