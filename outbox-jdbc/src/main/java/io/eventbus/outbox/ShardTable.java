package io.eventbus.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The table of shards: who owns each, under which epoch, until when, and how far it is done. Times are milliseconds on the database's clock, which alone counts. The
 * epoch rises with each change of owner and stands in every statement that moves a position, so that a former owner moves nothing.
 *
 * <p>Concurrency: no state beside the names. Every method works within the caller's transaction.
 */
final class ShardTable {

    private final TableNames tables;
    private final String now;

    ShardTable(TableNames tables, Dialect dialect) {
        this.tables = tables;
        this.now = dialect.nowMillis();
    }

    /**
     * A shard as it stands in the table.
     *
     * @param free whether its owner's lease is over, or it has none
     */
    record Shard(int shard, String owner, long epoch, Position position, boolean free) {}

    /** Notes that a relay is there for the time of a lease, and forgets those whose time is over; how many there are. */
    int present(Connection connection, String owner, Duration lease) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update " + tables.relays() + " set lease_until = " + now + " + ? where owner = ?")) {
            update.setLong(1, lease.toMillis());
            update.setString(2, owner);
            if (update.executeUpdate() == 0) {
                insertRelay(connection, owner, lease);
            }
        }
        for (String gone : expired(connection)) {
            absent(connection, gone); // by its key: a delete that searches would wait for the rows of other relays
        }
        try (PreparedStatement count = connection.prepareStatement("select count(*) from " + tables.relays());
                ResultSet row = count.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    private List<String> expired(Connection connection) throws SQLException {
        List<String> expired = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                        "select owner from " + tables.relays() + " where lease_until < " + now + " order by owner");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                expired.add(row.getString(1));
            }
        }
        return expired;
    }

    private void insertRelay(Connection connection, String owner, Duration lease) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into " + tables.relays() + " (owner, lease_until) values (?, " + now + " + ?)")) {
            insert.setString(1, owner);
            insert.setLong(2, lease.toMillis());
            insert.executeUpdate();
        }
    }

    /** The relay is no longer there. */
    void absent(Connection connection, String owner) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from " + tables.relays() + " where owner = ?")) {
            delete.setString(1, owner);
            delete.executeUpdate();
        }
    }

    /** Prolongs the lease of everything the owner has. */
    void renew(Connection connection, String owner, Duration lease) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update " + tables.shards() + " set lease_until = " + now + " + ? where owner = ?")) {
            update.setLong(1, lease.toMillis());
            update.setString(2, owner);
            update.executeUpdate();
        }
    }

    /** All shards, ascending. */
    List<Shard> all(Connection connection) throws SQLException {
        List<Shard> all = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("select shard, owner, epoch, log_position, "
                        + "case when owner is null or lease_until < " + now + " then 1 else 0 end from "
                        + tables.shards()
                        + " order by shard");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                String owner = row.getString(2);
                all.add(new Shard(
                        row.getInt(1),
                        owner == null ? "" : owner,
                        row.getLong(3),
                        Position.parse(row.getString(4)),
                        row.getInt(5) == 1));
            }
        }
        return all;
    }

    /** Takes a shard that was seen free, under the next epoch; whether nobody else was faster. */
    boolean take(Connection connection, Shard seen, String owner, Duration lease) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update " + tables.shards()
                + " set owner = ?, epoch = epoch + 1, lease_until = " + now + " + ? where shard = ? and epoch = ?"
                + " and (owner is null or lease_until < " + now + ")")) {
            update.setString(1, owner);
            update.setLong(2, lease.toMillis());
            update.setInt(3, seen.shard());
            update.setLong(4, seen.epoch());
            return update.executeUpdate() == 1;
        }
    }

    /** Gives shards up, so that others may take them at once. */
    void release(Connection connection, String owner, Collection<Integer> shards) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update " + tables.shards() + " set owner = null, lease_until = 0 where owner = ? and shard = ?")) {
            for (int shard : shards) {
                update.setString(1, owner);
                update.setInt(2, shard);
                update.executeUpdate();
            }
        }
    }

    /**
     * A position that is to be moved.
     *
     * @param epoch the one under which the mover owns the shard
     */
    record Move(int shard, long epoch, Position position) {}

    /**
     * Moves positions in one statement, each only under its epoch. The rows stay locked until the transaction ends, so that nobody takes these shards before that.
     *
     * @return the shards that are still the owner's, of those given
     */
    Set<Integer> move(Connection connection, String owner, List<Move> moves) throws SQLException {
        if (moves.isEmpty()) {
            return Set.of();
        }
        StringBuilder sql =
                new StringBuilder("update ").append(tables.shards()).append(" set log_position = case shard");
        moves.forEach(move -> sql.append(" when ").append(move.shard).append(" then ?"));
        sql.append(" end where owner = ? and (");
        sql.append(String.join(
                " or ",
                moves.stream()
                        .map(move -> "shard = " + move.shard + " and epoch = ?")
                        .toList()));
        sql.append(')');
        try (PreparedStatement update = connection.prepareStatement(sql.toString())) {
            int index = 1;
            for (Move move : moves) {
                update.setString(index++, move.position.text());
            }
            update.setString(index++, owner);
            for (Move move : moves) {
                update.setLong(index++, move.epoch);
            }
            if (update.executeUpdate() == moves.size()) {
                return moves.stream().map(Move::shard).collect(Collectors.toSet());
            }
        }
        return kept(connection, owner, moves);
    }

    private Set<Integer> kept(Connection connection, String owner, List<Move> moves) throws SQLException {
        Set<String> own = new HashSet<>();
        for (Shard shard : all(connection)) {
            if (shard.owner().equals(owner)) {
                own.add(shard.shard() + "/" + shard.epoch());
            }
        }
        return moves.stream()
                .filter(move -> own.contains(move.shard + "/" + move.epoch))
                .map(Move::shard)
                .collect(Collectors.toSet());
    }
}
