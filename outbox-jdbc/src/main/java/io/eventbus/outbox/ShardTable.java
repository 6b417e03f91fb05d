package io.eventbus.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of shards: who owns each, under which epoch, until when, and how far it has come. Times are milliseconds on the database's clock, which alone
 * counts; the epoch rises with each change of owner and stands in every statement that moves a position, so that a former owner moves nothing.
 *
 * <p>Concurrency: not safe; owned by the relay's store thread. Each method is one short transaction of its caller.
 */
final class ShardTable {

    private final TableNames tables;
    private final String now;

    /** @param now the expression of the database's clock, in milliseconds since 1970 */
    ShardTable(TableNames tables, String now) {
        this.tables = tables;
        this.now = now;
    }

    /** A shard that an owner has. */
    record Owned(int shard, long epoch, String position) {}

    /** Notes that a relay is there, and forgets those whose time is over; how many there are. */
    int present(Connection connection, String owner, Duration lease) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update " + tables.relays() + " set lease_until = " + now + " + ? where owner = ?")) {
            update.setLong(1, lease.toMillis());
            update.setString(2, owner);
            if (update.executeUpdate() == 0) {
                try (PreparedStatement insert = connection.prepareStatement(
                        "insert into " + tables.relays() + " (owner, lease_until) values (?, " + now + " + ?)")) {
                    insert.setString(1, owner);
                    insert.setLong(2, lease.toMillis());
                    insert.executeUpdate();
                }
            }
        }
        try (PreparedStatement delete =
                connection.prepareStatement("delete from " + tables.relays() + " where lease_until < " + now)) {
            delete.executeUpdate();
        }
        try (PreparedStatement count = connection.prepareStatement("select count(*) from " + tables.relays());
                ResultSet row = count.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Prolongs the lease of everything the owner has; what that is. */
    List<Owned> renew(Connection connection, String owner, Duration lease) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update " + tables.shards() + " set lease_until = " + now + " + ? where owner = ?")) {
            update.setLong(1, lease.toMillis());
            update.setString(2, owner);
            update.executeUpdate();
        }
        List<Owned> owned = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select shard, epoch, log_position from " + tables.shards() + " where owner = ? order by shard")) {
            select.setString(1, owner);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    owned.add(new Owned(row.getInt(1), row.getLong(2), row.getString(3)));
                }
            }
        }
        return owned;
    }

    /** Takes a shard that nobody holds, if there is one; it is taken under a new epoch. */
    @Nullable
    Owned take(Connection connection, String owner, Duration lease) throws SQLException {
        int free = free(connection);
        if (free < 0) {
            return null;
        }
        try (PreparedStatement update = connection.prepareStatement("update " + tables.shards()
                + " set owner = ?, epoch = epoch + 1, lease_until = " + now + " + ? where shard = ? and lease_until < "
                + now)) {
            update.setString(1, owner);
            update.setLong(2, lease.toMillis());
            update.setInt(3, free);
            if (update.executeUpdate() == 0) {
                return null;
            }
        }
        return renew(connection, owner, lease).stream()
                .filter(owned -> owned.shard == free)
                .findFirst()
                .orElse(null);
    }

    private int free(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select shard from " + tables.shards()
                        + " where lease_until < " + now + " order by lease_until");
                ResultSet row = select.executeQuery()) {
            return row.next() ? row.getInt(1) : -1;
        }
    }

    /** Gives shards up, so that others may take them at once. */
    void release(Connection connection, String owner, Collection<Integer> shards) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update " + tables.shards() + " set owner = null, lease_until = 0 where owner = ? and shard = ?")) {
            for (int shard : shards) {
                update.setString(1, owner);
                update.setInt(2, shard);
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    /** Moves positions, each only under its epoch; the shards that were not the owner's any more. */
    List<Integer> move(Connection connection, String owner, Map<Owned, String> positions) throws SQLException {
        List<Owned> order = List.copyOf(positions.keySet());
        List<Integer> lost = new ArrayList<>();
        try (PreparedStatement update = connection.prepareStatement(
                "update " + tables.shards() + " set log_position = ? where shard = ? and owner = ? and epoch = ?")) {
            for (Owned owned : order) {
                update.setString(1, positions.get(owned));
                update.setInt(2, owned.shard);
                update.setString(3, owner);
                update.setLong(4, owned.epoch);
                update.addBatch();
            }
            int[] moved = update.executeBatch();
            for (int i = 0; i < moved.length; i++) {
                if (moved[i] == 0) {
                    lost.add(order.get(i).shard);
                }
            }
        }
        return lost;
    }
}
