package io.eventbus.examples.outbox.owntable;

import io.eventbus.api.outbox.OutboxFailure;
import io.eventbus.api.outbox.OutboxRecord;
import io.eventbus.api.outbox.OutboxStore;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * An outbox store over {@link ShopTable}, in plain JDBC.
 *
 * <p>Rows are claimed by their status, never by "an id above the last one": a transaction may commit after others that took higher ids.
 *
 * <p>A row may be claimed if no earlier one of its aggregate stands before it. A claim that looks and then updates must not decide on what has changed
 * in between. Two things see to it:
 *
 * <ul>
 *   <li>Claims take turns, by a lock on the one row of {@code shop_outbox_turn}. Rows locked by {@code skip locked} would not do: the first of
 *       an aggregate would be skipped, the second one taken. Nor would a condition in one {@code update}: while it waits for a row, the database looks
 *       again at that row, but not at the earlier ones.
 *   <li>What is not a claim (a late owner that fails, renews or acknowledges) does not wait for a turn, so the update repeats the condition on
 *       the rows and the claim begins again if there are fewer than it saw.
 * </ul>
 *
 * <p>Whoever settles must stand in the row, with the token of the claim; the one statement that settles many carries all ids and tokens as arrays. The time of
 * leases and delays is the database's, read at the beginning of each transaction.
 *
 * <p>Concurrency: safe from any thread; it keeps no state. Each method is one transaction on a connection of its own.
 */
public final class ShopStore implements OutboxStore {

    private static final int TRIES = 3;

    private static final String TAKE_TURN = "select id from shop_outbox_turn where id = 1 for update";

    private static final String NOW = "select current_timestamp";

    /** In the order of ids: what is free, unless an earlier one of its aggregate is dead, waits, or is claimed by somebody else. */
    private static final String FREE = """
            select e.id, octet_length(e.payload) as bytes
            from shop_outbox e
            where (e.status = 'NEW' and e.next_attempt_at <= ? or e.status = 'CLAIMED' and e.claimed_until <= ?)
              and not exists (
                select 1 from shop_outbox b
                where b.aggregate_id = e.aggregate_id
                  and b.id < e.id
                  and (b.status = 'DEAD'
                    or b.status = 'NEW' and b.next_attempt_at > ?
                    or b.status = 'CLAIMED' and b.claimed_until > ? and b.claimed_by <> ?))
            order by e.id
            fetch first ? rows only""";

    private static final String CLAIM = """
            update shop_outbox set status = 'CLAIMED', claimed_by = ?, claim_token = ?, claimed_until = ?
            where id = any (?)
              and (status = 'NEW' and next_attempt_at <= ? or status = 'CLAIMED' and claimed_until <= ?)""";

    private static final String COLUMNS = """
            select id, event_id, aggregate_id, topic, type, version, occurred_at, trace_id, correlation_id, content_type,
                headers, payload, attempts
            from shop_outbox
            """;

    private static final String CLAIMED = COLUMNS + "where claim_token = ? and status = 'CLAIMED' order by id";

    private static final String FIND = COLUMNS + "where event_id = any (?) and status <> 'PUBLISHED' order by id";

    private static final String RENEW =
            "update shop_outbox set claimed_until = ? where claimed_by = ? and status = 'CLAIMED'";

    private static final String STILL_OWN =
            "select id, claim_token from shop_outbox where id = any (?) and claimed_by = ? and status = 'CLAIMED'";

    /** The fence: what the owner says counts for rows that it still has under the claim that gave them to it. */
    private static final String OF_THE_CLAIM =
            " where id = any (?) and claim_token = any (?) and claimed_by = ? and status = 'CLAIMED'";

    private static final String ACKNOWLEDGE =
            "update shop_outbox set status = 'PUBLISHED', published_at = current_timestamp" + OF_THE_CLAIM;

    private static final String GIVE_BACK =
            "update shop_outbox set status = 'NEW', claimed_by = null, claim_token = null, claimed_until = null"
                    + OF_THE_CLAIM;

    private static final String FAIL = """
            update shop_outbox set status = 'NEW', attempts = attempts + 1, next_attempt_at = ?, last_error = ?,
                claimed_by = null, claim_token = null, claimed_until = null
            where id = ? and claim_token = ? and claimed_by = ? and status = 'CLAIMED'""";

    private static final String DEAD_LETTER = """
            update shop_outbox set status = 'DEAD', last_error = ?, claimed_by = null, claim_token = null, claimed_until = null
            where id = ? and claim_token = ? and claimed_by = ? and status = 'CLAIMED'""";

    private static final String REQUEUE = """
            update shop_outbox set status = 'NEW', attempts = 0, next_attempt_at = current_timestamp
            where event_id = any (?) and status = 'DEAD'""";

    private static final String PRUNE = """
            delete from shop_outbox where id in (
                select id from shop_outbox where status = 'PUBLISHED' and published_at <= ? order by id fetch first ? rows only)""";

    private final DataSource database;

    /** The store over the table in this database. */
    public ShopStore(DataSource database) {
        this.database = database;
    }

    @Override
    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease)
            throws SQLException {
        if (most == 0) {
            return List.of();
        }
        for (int tries = 0; tries < TRIES; tries++) {
            Optional<List<ShopRecord>> claimed =
                    inTransaction(connection -> claim(connection, owner, most, mostBytes, lease));
            if (claimed.isPresent()) {
                return claimed.get();
            }
        }
        return List.of(); // late owners are busy with the first rows; the relay comes again
    }

    @Override
    public Collection<? extends OutboxRecord> renew(
            String owner, Collection<? extends OutboxRecord> claimed, Duration lease) throws SQLException {
        return inTransaction(connection -> {
            try (PreparedStatement renew = connection.prepareStatement(RENEW)) {
                renew.setObject(1, now(connection).plus(lease));
                renew.setString(2, owner);
                renew.executeUpdate();
            }
            return lost(connection, owner, claimed);
        });
    }

    @Override
    public int acknowledge(String owner, List<? extends OutboxRecord> published) throws SQLException {
        return settle(ACKNOWLEDGE, owner, published);
    }

    @Override
    public void giveBack(String owner, List<? extends OutboxRecord> untried) throws SQLException {
        settle(GIVE_BACK, owner, untried);
    }

    @Override
    public void fail(String owner, List<OutboxFailure> failures) throws SQLException {
        inTransaction(connection -> {
            OffsetDateTime now = now(connection);
            try (PreparedStatement fail = connection.prepareStatement(FAIL)) {
                for (OutboxFailure failure : failures) {
                    ShopRecord row = (ShopRecord) failure.record();
                    fail.setObject(1, now.plus(failure.delay()));
                    fail.setString(2, failure.reason());
                    fail.setLong(3, row.id());
                    fail.setString(4, row.token());
                    fail.setString(5, owner);
                    fail.addBatch();
                }
                return fail.executeBatch();
            }
        });
    }

    @Override
    public void deadLetter(String owner, List<OutboxFailure> failures) throws SQLException {
        inTransaction(connection -> {
            try (PreparedStatement bury = connection.prepareStatement(DEAD_LETTER)) {
                for (OutboxFailure failure : failures) {
                    ShopRecord row = (ShopRecord) failure.record();
                    bury.setString(1, failure.reason());
                    bury.setLong(2, row.id());
                    bury.setString(3, row.token());
                    bury.setString(4, owner);
                    bury.addBatch();
                }
                return bury.executeBatch();
            }
        });
    }

    @Override
    public List<? extends OutboxRecord> unpublished(Collection<String> eventIds) throws SQLException {
        return inTransaction(connection -> {
            try (PreparedStatement find = connection.prepareStatement(FIND)) {
                find.setArray(1, texts(connection, eventIds));
                return records(find, "");
            }
        });
    }

    @Override
    public int requeue(Collection<String> eventIds) throws SQLException {
        return inTransaction(connection -> {
            try (PreparedStatement requeue = connection.prepareStatement(REQUEUE)) {
                requeue.setArray(1, texts(connection, eventIds));
                return requeue.executeUpdate();
            }
        });
    }

    /**
     * Deletes some rows that were published long ago; a job calls it now and then, until it deletes fewer than asked.
     *
     * @param kept how long published rows stay
     * @param most how many to delete in this transaction
     * @return how many were deleted
     */
    public int prune(Duration kept, int most) throws SQLException {
        return inTransaction(connection -> {
            try (PreparedStatement prune = connection.prepareStatement(PRUNE)) {
                prune.setObject(1, now(connection).minus(kept));
                prune.setInt(2, most);
                return prune.executeUpdate();
            }
        });
    }

    /** What was claimed; nothing, and rolled back, if rows changed between the look and the update. */
    private static Optional<List<ShopRecord>> claim(
            Connection connection, String owner, int most, long mostBytes, Duration lease) throws SQLException {
        try (PreparedStatement turn = connection.prepareStatement(TAKE_TURN)) {
            turn.executeQuery().close();
        }
        OffsetDateTime now = now(connection);
        List<Long> free = free(connection, owner, now, most, mostBytes);
        if (free.isEmpty()) {
            return Optional.of(List.of());
        }
        String token = UUID.randomUUID().toString();
        try (PreparedStatement claim = connection.prepareStatement(CLAIM)) {
            claim.setString(1, owner);
            claim.setString(2, token);
            claim.setObject(3, now.plus(lease));
            claim.setArray(4, numbers(connection, free));
            claim.setObject(5, now);
            claim.setObject(6, now);
            if (claim.executeUpdate() < free.size()) {
                connection.rollback();
                return Optional.empty();
            }
        }
        try (PreparedStatement read = connection.prepareStatement(CLAIMED)) {
            read.setString(1, token);
            return Optional.of(records(read, token));
        }
    }

    private static List<Long> free(Connection connection, String owner, OffsetDateTime now, int most, long mostBytes)
            throws SQLException {
        List<Long> ids = new ArrayList<>();
        try (PreparedStatement look = connection.prepareStatement(FREE)) {
            for (int time = 1; time <= 4; time++) {
                look.setObject(time, now);
            }
            look.setString(5, owner);
            look.setInt(6, most);
            try (ResultSet row = look.executeQuery()) {
                long bytes = 0;
                while (row.next()) {
                    bytes += row.getLong("bytes");
                    if (bytes > mostBytes && !ids.isEmpty()) {
                        break;
                    }
                    ids.add(row.getLong("id"));
                }
            }
        }
        return ids;
    }

    private static List<OutboxRecord> lost(
            Connection connection, String owner, Collection<? extends OutboxRecord> claimed) throws SQLException {
        Set<String> own = new HashSet<>();
        try (PreparedStatement look = connection.prepareStatement(STILL_OWN)) {
            look.setArray(1, numbers(connection, ids(claimed)));
            look.setString(2, owner);
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    own.add(row.getLong("id") + " " + row.getString("claim_token"));
                }
            }
        }
        List<OutboxRecord> lost = new ArrayList<>();
        for (OutboxRecord each : claimed) {
            ShopRecord row = (ShopRecord) each;
            if (!own.contains(row.id() + " " + row.token())) {
                lost.add(row);
            }
        }
        return lost;
    }

    private int settle(String statement, String owner, List<? extends OutboxRecord> records) throws SQLException {
        return inTransaction(connection -> {
            Set<String> tokens = new HashSet<>();
            for (OutboxRecord each : records) {
                tokens.add(((ShopRecord) each).token());
            }
            try (PreparedStatement settle = connection.prepareStatement(statement)) {
                settle.setArray(1, numbers(connection, ids(records)));
                settle.setArray(2, texts(connection, tokens));
                settle.setString(3, owner);
                return settle.executeUpdate();
            }
        });
    }

    private static List<ShopRecord> records(PreparedStatement query, String token) throws SQLException {
        List<ShopRecord> records = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                records.add(ShopTable.read(row, token));
            }
        }
        return records;
    }

    /** The database's time; the same throughout a transaction. */
    private static OffsetDateTime now(Connection connection) throws SQLException {
        try (PreparedStatement clock = connection.prepareStatement(NOW);
                ResultSet row = clock.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class);
        }
    }

    private static List<Long> ids(Collection<? extends OutboxRecord> records) {
        List<Long> ids = new ArrayList<>();
        for (OutboxRecord each : records) {
            ids.add(((ShopRecord) each).id());
        }
        return ids;
    }

    private static Array numbers(Connection connection, Collection<Long> values) throws SQLException {
        return connection.createArrayOf("bigint", values.toArray());
    }

    private static Array texts(Connection connection, Collection<String> values) throws SQLException {
        return connection.createArrayOf("varchar", values.toArray());
    }

    private <T> T inTransaction(Work<T> work) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            try {
                T result = work.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                try {
                    connection.rollback();
                } catch (SQLException broken) {
                    e.addSuppressed(broken);
                }
                throw e;
            }
        }
    }

    private interface Work<T> {
        T in(Connection connection) throws SQLException;
    }
}
