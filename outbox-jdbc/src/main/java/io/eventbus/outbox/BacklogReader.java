package io.eventbus.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares the log with the positions of the shards. The positions are read first, so that they are behind what the log shows and nothing is left out.
 *
 * <p>Concurrency: no state beside the names. It works within the caller's transaction.
 */
final class BacklogReader {

    private static final int ROWS_AT_ONCE = 1_000;

    private final TableNames tables;
    private final Dialect dialect;

    BacklogReader(TableNames tables, Dialect dialect) {
        this.tables = tables;
        this.dialect = dialect;
    }

    Backlog read(Connection connection) throws SQLException {
        Map<Integer, Position> positions = new HashMap<>();
        for (ShardTable.Shard shard : new ShardTable(tables, dialect).all(connection)) {
            positions.put(shard.shard(), shard.position());
        }
        long nowMicros = 1_000 * number(connection, "select " + dialect.nowMillis(), 0);
        long highest = number(connection, "select max(id) from " + tables.events(), 0);
        return new Backlog(
                atMost(positions, highest),
                age(nowMicros, oldest(connection, positions)),
                age(nowMicros, oldestWaiting(connection)));
    }

    /** What lies above the lowest position, and what is open below it in any shard. */
    private static long atMost(Map<Integer, Position> positions, long highest) {
        long lowest = Long.MAX_VALUE;
        Gaps open = new Gaps();
        for (Position position : positions.values()) {
            lowest = Math.min(lowest, position.through());
            position.open().all().forEach(range -> open.include(range.first(), range.last()));
        }
        long below = 0;
        for (Gaps.Range range : open.through(lowest).all()) {
            below += range.size();
        }
        return Math.max(0, highest - lowest) + below;
    }

    /** When the first event happened that its shard's position does not cover, in microseconds since 1970. */
    private @Nullable Long oldest(Connection connection, Map<Integer, Position> positions) throws SQLException {
        long from = positions.values().stream()
                .mapToLong(Position::doneThrough)
                .min()
                .orElse(0);
        try (PreparedStatement select = connection.prepareStatement("select id, shard, occurred_at from "
                + tables.events() + " where id > ? and shard >= 0 order by id limit " + ROWS_AT_ONCE)) {
            while (true) {
                select.setLong(1, from);
                long before = from;
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        from = row.getLong(1);
                        Position position = positions.get(row.getInt(2));
                        if (position != null && !position.covers(from)) {
                            return row.getLong(3);
                        }
                    }
                }
                if (from == before) {
                    return null;
                }
            }
        }
    }

    private @Nullable Long oldestWaiting(Connection connection) throws SQLException {
        long oldest = number(connection, "select min(occurred_at) from " + tables.waiting(), Long.MAX_VALUE);
        return oldest == Long.MAX_VALUE ? null : oldest;
    }

    private static @Nullable Duration age(long nowMicros, @Nullable Long thenMicros) {
        return thenMicros == null ? null : Duration.of(nowMicros - thenMicros, ChronoUnit.MICROS);
    }

    private static long number(Connection connection, String sql, long otherwise) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet row = select.executeQuery()) {
            row.next();
            long number = row.getLong(1);
            return row.wasNull() ? otherwise : number;
        }
    }
}
