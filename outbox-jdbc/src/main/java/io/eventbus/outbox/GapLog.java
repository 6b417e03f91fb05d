package io.eventbus.outbox;

import io.eventbus.api.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The log on a database that gives out numbers as rows are inserted and shows them as transactions commit, so that a lower number may appear after a higher
 * one. A read takes, in one statement and so of one snapshot, what lies above the place that was reached and what has appeared in the {@link Gaps} below it.
 * Nothing is waited for: a transaction that stays open for long delays its own events only.
 *
 * <p>Order: whoever appends the second event of an aggregate after the first one's commit is seen in no snapshot without the first, and has the higher
 * number; rows are taken in the order of their numbers.
 *
 * <p>Concurrency: not safe; owned by the relay's store thread.
 */
final class GapLog {

    /** With so many ranges missing no new place is read until some are closed: each read has to look at all of them to keep the order. */
    private static final int MOST_RANGES = 1_000;

    private final TableNames tables;
    private final Gaps gaps;
    private long through;

    /** A log that was read through this number, but for the gaps. */
    GapLog(TableNames tables, long through, Gaps gaps) {
        this.tables = tables;
        this.through = through;
        this.gaps = gaps;
    }

    /** A row of the log: of whatever shard, since gaps are told by all of them. */
    record Row(long id, int shard, Topic topic, io.eventbus.api.Envelope envelope) {}

    /** The number that was reached. */
    long through() {
        return through;
    }

    Gaps gaps() {
        return gaps;
    }

    /**
     * The next rows, ascending.
     *
     * @param most how many at most, more than 0
     */
    List<Row> read(Connection connection, int most) throws SQLException {
        List<Gaps.Range> looked = gaps.all();
        boolean further = looked.size() < MOST_RANGES;
        StringBuilder sql = new StringBuilder("select id, ")
                .append(Columns.NAMES)
                .append(" from ")
                .append(tables.events())
                .append(further ? " where (id > ?" : " where (id < ?");
        looked.forEach(range -> sql.append(" or (id >= ? and id <= ?)"));
        sql.append(") order by id limit ?");
        List<Row> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
            int index = 1;
            statement.setLong(index++, further ? through : 0);
            for (Gaps.Range range : looked) {
                statement.setLong(index++, range.first());
                statement.setLong(index++, range.last());
            }
            statement.setInt(index, most);
            long now = System.nanoTime();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    long id = row.getLong("id");
                    if (id > through) {
                        gaps.add(through + 1, id - 1, now);
                        through = id;
                    } else {
                        gaps.close(id);
                    }
                    int shard = row.getInt("shard");
                    if (shard >= 0) {
                        rows.add(new Row(id, shard, Columns.topic(row), Columns.event(row)));
                    }
                }
            }
        }
        return rows;
    }
}
