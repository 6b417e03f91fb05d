package io.eventbus.outbox;

import io.eventbus.api.outbox.OutboxFailure;
import io.eventbus.api.outbox.OutboxRecord;
import io.eventbus.api.outbox.OutboxStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our own tables as a store: a log that is only appended to, and of each shard an owner and a position in it. Publishing moves positions; it changes and deletes no
 * row of the log. What fails leaves the log for the {@link WaitingTable}, in the transaction that moves the position past it.
 *
 * <p>State of a shard here: not ours → taken (a new epoch, read from its position) → read, with open rows → leaving (nothing more of it is handed out) → released when
 * nothing is open. It is lost at any time when another owner has taken it; then its rows are forgotten, and what is said of them has no effect.
 *
 * <p>A row of the log: read → ready → claimed → done, or given back to ready. Everything but the tables is in memory, so a transaction that fails leaves the memory as it
 * was before.
 *
 * <p>Concurrency: not safe; one relay calls it from one thread, as the port says. All that several relays share is in the database.
 */
final class JdbcOutboxStore implements OutboxStore {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcOutboxStore.class);

    private static final long PROOF_EVERY = Duration.ofMillis(50).toNanos();
    private static final long LOOK_EVERY = Duration.ofMillis(20).toNanos();
    private static final long LOOK_FOR_SHARDS = Duration.ofMillis(250).toNanos();
    /** How often one claim reads on if it meets nothing but rows of other relays. */
    private static final int MOST_READS = 8;

    private static final long CLEAN_EVERY = Duration.ofSeconds(1).toNanos();

    private final DataSource database;
    private final Dialect dialect;
    private final TableNames tables;
    private final SchemaOptions options;
    private final ShardTable shards;
    private final WaitingTable waiting;
    private final LogReader log;

    private final Map<Integer, Own> own = new TreeMap<>();
    private final ArrayDeque<LogRow> ready = new ArrayDeque<>();
    private final Set<LogRow> held = new HashSet<>();
    private boolean somethingWaits;
    private long proveAt = System.nanoTime();
    private long lookAt = System.nanoTime();
    private long cleanAt = System.nanoTime();
    private long joinedUntil = System.nanoTime();

    JdbcOutboxStore(DataSource database, Dialect dialect, TableNames tables, SchemaOptions options) {
        this.database = database;
        this.dialect = dialect;
        this.tables = tables;
        this.options = options;
        this.shards = new ShardTable(tables, dialect);
        this.waiting = new WaitingTable(tables, dialect);
        this.log = new LogReader(tables, dialect);
    }

    /** A shard that is ours. */
    private static final class Own {

        private final long epoch;
        private final ShardProgress progress;

        Own(long epoch, Position position) {
            this.epoch = epoch;
            this.progress = new ShardProgress(position);
        }
    }

    // ---- claim

    @Override
    public List<LogRow> claim(String owner, int most, long mostBytes, Duration lease) throws SQLException {
        if (System.nanoTime() - joinedUntil >= 0) {
            renew(owner, List.of(), lease);
        }
        if (most <= 0 || own.isEmpty()) {
            return List.of();
        }
        Claim claim = new Claim(most, mostBytes);
        try (Session session = Session.open(database)) {
            takeWaiting(session.connection(), claim);
            boolean more = true;
            for (int reads = 0; more && reads < MOST_READS; reads++) {
                more = fill(session, claim);
            }
            putBehind(session, owner);
        }
        while (!ready.isEmpty() && claim.take(ready.getFirst())) {
            ready.removeFirst();
        }
        claim.rows.removeIf(row -> !isOurs(row)); // lost while it was read
        held.addAll(claim.rows);
        return claim.rows;
    }

    /** Reads what there is room for; whether there is more, though nothing of it so far was of a shard that is ours. */
    private boolean fill(Session session, Claim claim) throws SQLException {
        int room = claim.room() - ready.size();
        long bytes = claim.mostBytes;
        for (LogRow row : ready) {
            bytes -= Columns.bytes(row.envelope());
        }
        return room > 0 && bytes > 0 && readLog(session, room, bytes) && ready.isEmpty();
    }

    /** What is being claimed, and how much still may be. */
    private static final class Claim {

        private final List<LogRow> rows = new ArrayList<>();
        private final int most;
        private final long mostBytes;
        private long bytes;

        Claim(int most, long mostBytes) {
            this.most = most;
            this.mostBytes = mostBytes;
        }

        int room() {
            return most - rows.size();
        }

        /** Takes a row if there is room; one of any size if there is none yet. */
        boolean take(LogRow row) {
            long size = Columns.bytes(row.envelope());
            if (room() == 0 || !rows.isEmpty() && bytes + size > mostBytes) {
                return false;
            }
            bytes += size;
            return rows.add(row);
        }
    }

    private void takeWaiting(Connection connection, Claim claim) throws SQLException {
        long now = System.nanoTime();
        if (!somethingWaits || now - lookAt < 0) {
            return;
        }
        lookAt = now + LOOK_EVERY;
        Map<Integer, Long> epochs = epochs();
        if (epochs.isEmpty()) {
            return;
        }
        if (waiting.isEmpty(connection, own.keySet())) {
            somethingWaits = false;
            return;
        }
        Set<String> fresh = new HashSet<>();
        for (LogRow row : waiting.due(connection, epochs, claim.most)) {
            String aggregate = row.envelope().aggregateId();
            if (!held.contains(row) && claim.take(row) && row.failures() == 0 && aggregate != null) {
                fresh.add(aggregate);
            }
        }
        if (claim.room() > 0 && !fresh.isEmpty()) {
            for (LogRow row : waiting.behind(connection, epochs, List.copyOf(fresh), claim.room())) {
                if (!claim.take(row)) {
                    break; // what comes after it must not pass it
                }
            }
        }
    }

    private boolean readLog(Session session, int most, long mostBytes) throws SQLException {
        Connection connection = session.connection();
        long provenBefore = Long.MIN_VALUE;
        if (!log.gaps().isEmpty()) {
            provenBefore = dialect.provenBefore(connection);
        }
        LogReader.Batch batch = log.read(connection, most, mostBytes);
        log.reached(batch, provenBefore);
        for (LogReader.Row row : batch.rows()) {
            Own shard = own.get(row.shard());
            if (shard != null && shard.progress.isNew(row.id())) {
                shard.progress.open(row.id(), row.late());
                ready.add(new LogRow(row.id(), row.shard(), shard.epoch, row.topic(), row.envelope(), 0, false));
            }
        }
        long now = System.nanoTime();
        if (!log.gaps().isEmpty() && now - proveAt >= 0) {
            proveAt = now + PROOF_EVERY;
            dialect.prove(connection, tables, log);
            session.commit();
        }
        return batch.full();
    }

    /** Rows whose aggregate has something waiting do not pass it. */
    private void putBehind(Session session, String owner) throws SQLException {
        if (!somethingWaits || ready.isEmpty()) {
            return;
        }
        Set<String> aggregates = new HashSet<>();
        for (LogRow row : ready) {
            if (row.envelope().aggregateId() != null) {
                aggregates.add(row.envelope().aggregateId());
            }
        }
        Set<String> blocked = waiting.blocked(session.connection(), aggregates);
        List<LogRow> behind = ready.stream()
                .filter(row -> row.envelope().aggregateId() != null
                        && blocked.contains(row.envelope().aggregateId()))
                .toList();
        if (behind.isEmpty()) {
            return;
        }
        pass(behind);
        done(session, owner, behind, kept -> waiting.appendBehind(session.connection(), kept));
        ready.removeAll(new HashSet<>(behind));
    }

    // ---- settle

    @Override
    public int acknowledge(String owner, List<? extends OutboxRecord> published) throws SQLException {
        List<LogRow> rows = ours(published);
        if (rows.isEmpty()) {
            return 0;
        }
        try (Session session = Session.open(database)) {
            return done(session, owner, rows, kept -> {
                List<LogRow> waited = kept.stream().filter(LogRow::waited).toList();
                if (!waited.isEmpty()) {
                    waiting.delete(session.connection(), waited);
                }
            });
        }
    }

    @Override
    public void fail(String owner, List<OutboxFailure> failures) throws SQLException {
        leaveLog(owner, failures, false);
    }

    @Override
    public void deadLetter(String owner, List<OutboxFailure> failures) throws SQLException {
        leaveLog(owner, failures, true);
    }

    private void leaveLog(String owner, List<OutboxFailure> failures, boolean dead) throws SQLException {
        List<LogRow> rows = ours(failures.stream().map(OutboxFailure::record).toList());
        if (rows.isEmpty()) {
            return;
        }
        pass(logged(rows));
        try (Session session = Session.open(database)) {
            done(session, owner, rows, kept -> {
                Set<LogRow> still = new HashSet<>(kept);
                for (OutboxFailure failure : failures) {
                    if (still.contains((LogRow) failure.record())) {
                        waiting.failed(session.connection(), failure, dead);
                    }
                }
            });
        }
        somethingWaits = true;
        lookAt = System.nanoTime();
    }

    @Override
    public void giveBack(String owner, List<? extends OutboxRecord> untried) throws SQLException {
        List<LogRow> rows = ours(untried);
        rows.forEach(held::remove);
        for (int i = rows.size() - 1; i >= 0; i--) {
            LogRow row = rows.get(i);
            ShardProgress progress = progress(row.shard());
            if (row.waited()) {
                continue;
            }
            if (!progress.isLeaving()) {
                ready.addFirst(row);
            }
        }
    }

    /** What is done with rows in the transaction that moves the positions past them. */
    private interface Change {
        void apply(List<LogRow> kept) throws SQLException;
    }

    /** Rows are done with: their shards' positions are moved, under their epochs, and the change is made for those that are still ours; how many these are. */
    private int done(Session session, String owner, List<LogRow> rows, Change change) throws SQLException {
        Map<Integer, List<LogRow>> byShard = new TreeMap<>();
        rows.forEach(row ->
                byShard.computeIfAbsent(row.shard(), shard -> new ArrayList<>()).add(row));
        byShard.forEach((number, ofShard) -> progress(number).settle(logged(ofShard)));
        Set<Integer> still;
        List<LogRow> kept;
        try {
            still = shards.move(session.connection(), owner, moves(byShard.keySet()));
            kept = rows.stream().filter(row -> still.contains(row.shard())).toList();
            change.apply(kept);
            session.commit();
        } catch (SQLException | RuntimeException e) {
            byShard.forEach((number, ofShard) -> progress(number).reopen(logged(ofShard)));
            throw e;
        }
        rows.forEach(held::remove);
        byShard.keySet().stream().filter(number -> !still.contains(number)).forEach(this::lose);
        return kept.size();
    }

    private List<ShardTable.Move> moves(Collection<Integer> numbers) {
        List<ShardTable.Move> moves = new ArrayList<>();
        own.forEach((number, shard) -> {
            if (numbers.contains(number)) {
                moves.add(new ShardTable.Move(number, shard.epoch, shard.progress.position(log.position())));
            }
        });
        return moves;
    }

    private ShardProgress progress(int number) {
        return Objects.requireNonNull(own.get(number), "a shard that is not owned").progress;
    }

    private void pass(List<LogRow> rows) {
        rows.forEach(row -> progress(row.shard()).pass(row.id()));
    }

    private static List<LogRow> logged(List<LogRow> rows) {
        return rows.stream().filter(row -> !row.waited()).toList();
    }

    /** Those that are held: claimed, and neither settled nor given back nor lost. Each once. */
    private List<LogRow> ours(Collection<? extends OutboxRecord> records) {
        Set<LogRow> rows = new LinkedHashSet<>();
        for (OutboxRecord record : records) {
            LogRow row = (LogRow) record;
            if (held.contains(row) && isOurs(row)) {
                rows.add(row);
            }
        }
        return List.copyOf(rows);
    }

    private boolean isOurs(LogRow row) {
        Own shard = own.get(row.shard());
        return shard != null && shard.epoch == row.epoch();
    }

    // ---- leases

    @Override
    public Collection<LogRow> renew(String owner, Collection<? extends OutboxRecord> claimed, Duration lease)
            throws SQLException {
        long begun = System.nanoTime();
        List<ShardTable.Shard> all;
        int relays;
        Set<Integer> taken = new HashSet<>();
        List<Integer> released = new ArrayList<>();
        try (Session session = Session.open(database)) {
            Connection connection = session.connection();
            shards.move(connection, owner, moves(own.keySet()));
            shards.renew(connection, owner, lease);
            relays = shards.present(connection, owner, lease);
            session.commit();
            all = shards.all(connection);
            loseOthers(owner, all);
            share(connection, owner, lease, all, (options.shards() + relays - 1) / relays, taken, released);
            all = shards.all(connection); // a position may have moved until its shard was taken
            session.commit();
        }
        released.forEach(own::remove);
        all.stream().filter(shard -> taken.contains(shard.shard())).forEach(this::begin);
        if (own.isEmpty()) {
            log.stop();
        }
        boolean wantsMore = own.size() < options.shards() / relays;
        joinedUntil = begun + (wantsMore ? Math.min(LOOK_FOR_SHARDS, lease.toNanos() / 3) : lease.toNanos() / 3);
        clean(all);
        return lost(claimed);
    }

    private List<LogRow> lost(Collection<? extends OutboxRecord> claimed) {
        Set<LogRow> still = new HashSet<>(ours(claimed));
        List<LogRow> lost = new ArrayList<>();
        for (OutboxRecord record : claimed) {
            if (!still.contains((LogRow) record)) {
                lost.add((LogRow) record);
            }
        }
        return lost;
    }

    private void loseOthers(String owner, List<ShardTable.Shard> all) {
        for (ShardTable.Shard shard : all) {
            Own mine = own.get(shard.shard());
            if (mine != null && (mine.epoch != shard.epoch() || !shard.owner().equals(owner))) {
                lose(shard.shard());
            }
        }
    }

    /** Takes free shards up to a fair share, and lets go of what is above it, once nothing of it is open. */
    private void share(
            Connection connection,
            String owner,
            Duration lease,
            List<ShardTable.Shard> all,
            int fair,
            Set<Integer> taken,
            List<Integer> released)
            throws SQLException {
        for (ShardTable.Shard shard : all) {
            boolean room = own.size() + taken.size() < fair;
            boolean stale = shard.owner().equals(owner) && !own.containsKey(shard.shard());
            if (stale && !room) {
                released.add(shard.shard());
            }
            if (room
                    && (shard.free() || stale)
                    && !own.containsKey(shard.shard())
                    && take(connection, shard, owner, lease, stale)) {
                taken.add(shard.shard());
            }
        }
        int surplus = own.size() - fair;
        for (Map.Entry<Integer, Own> entry : own.entrySet()) {
            ShardProgress progress = entry.getValue().progress;
            if (!progress.isLeaving()) {
                if (surplus <= 0) {
                    continue;
                }
                progress.leave(log.position());
                dropReady(entry.getKey());
            }
            surplus--;
            if (held.stream().noneMatch(row -> row.shard() == entry.getKey())) {
                released.add(entry.getKey());
            }
        }
        if (!released.isEmpty()) {
            shards.release(connection, owner, released);
        }
    }

    private boolean take(Connection connection, ShardTable.Shard shard, String owner, Duration lease, boolean stale)
            throws SQLException {
        if (stale) {
            shards.release(
                    connection, owner, List.of(shard.shard())); // taken, and then forgotten as the answer did not come
        }
        return shards.take(connection, shard, owner, lease);
    }

    private void begin(ShardTable.Shard seen) {
        LOG.info(
                "outbox {}: takes shard {} at {}, epoch {}",
                tables.prefix(),
                seen.shard(),
                seen.position().through(),
                seen.epoch());
        Position before = log.position();
        own.values().forEach(shard -> shard.progress.woundBack(before));
        own.put(seen.shard(), new Own(seen.epoch(), seen.position()));
        log.windBackTo(seen.position());
        somethingWaits = true;
    }

    private void lose(int number) {
        LOG.warn("outbox {}: shard {} was taken by another relay", tables.prefix(), number);
        own.remove(number);
        dropReady(number);
        held.removeIf(row -> row.shard() == number);
    }

    /** What was read of a shard and not handed out will not be; it stays open, so whoever owns the shard next reads it again. */
    private void dropReady(int number) {
        ready.removeIf(row -> row.shard() == number);
    }

    @Override
    public void leave(String owner) throws SQLException {
        try (Session session = Session.open(database)) {
            shards.move(session.connection(), owner, moves(own.keySet()));
            shards.release(session.connection(), owner, own.keySet());
            shards.absent(session.connection(), owner);
            session.commit();
        }
        own.clear();
        ready.clear();
        held.clear();
        log.stop();
    }

    // ---- what is behind all

    private void clean(List<ShardTable.Shard> all) {
        long now = System.nanoTime();
        if (now - cleanAt < 0 || !own.containsKey(0)) {
            return;
        }
        cleanAt = now + CLEAN_EVERY;
        long doneThrough = all.stream()
                .mapToLong(shard -> shard.position().doneThrough())
                .min()
                .orElse(0);
        if (doneThrough == 0) {
            return;
        }
        try (Session session = Session.open(database)) {
            dialect.clean(session.connection(), tables, options, doneThrough);
            session.commit();
        } catch (SQLException e) {
            LOG.warn("outbox {}: what is done could not be removed; it is tried again", tables.prefix(), e);
        }
    }

    // ---- what is where

    @Override
    public List<LogRow> unpublished(Collection<String> eventIds) throws SQLException {
        if (eventIds.isEmpty()) {
            return List.of();
        }
        try (Session session = Session.open(database)) {
            Map<Integer, Position> positions = new HashMap<>();
            for (ShardTable.Shard shard : shards.all(session.connection())) {
                positions.put(shard.shard(), shard.position());
            }
            Map<Long, LogRow> found = new TreeMap<>();
            for (LogRow row : waiting.find(session.connection(), eventIds)) {
                found.put(row.id(), row);
            }
            for (List<String> part : WaitingTable.parts(eventIds)) {
                find(session.connection(), part, positions, found);
            }
            return List.copyOf(found.values());
        }
    }

    private void find(
            Connection connection, List<String> eventIds, Map<Integer, Position> positions, Map<Long, LogRow> found)
            throws SQLException {
        long from = positions.values().stream()
                .mapToLong(Position::doneThrough)
                .min()
                .orElse(0);
        try (PreparedStatement select = connection.prepareStatement("select " + Columns.NAMES + ", id from "
                + tables.events() + " where id > ? and shard >= 0 and event_id in ("
                + WaitingTable.parameters(eventIds.size()) + ") order by id")) {
            select.setLong(1, from);
            WaitingTable.setAll(select, 2, eventIds);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    long id = row.getLong("id");
                    int shard = row.getInt("shard");
                    Position position = positions.get(shard);
                    if (position != null && !position.covers(id)) {
                        found.put(id, new LogRow(id, shard, 0, Columns.topic(row), Columns.event(row), 0, false));
                    }
                }
            }
        }
    }

    @Override
    public int requeue(Collection<String> eventIds) throws SQLException {
        if (eventIds.isEmpty()) {
            return 0;
        }
        try (Session session = Session.open(database)) {
            int count = waiting.requeue(session.connection(), eventIds);
            session.commit();
            return count;
        }
    }

    /** The epochs of the shards of which something may be handed out. */
    private Map<Integer, Long> epochs() {
        Map<Integer, Long> epochs = new TreeMap<>();
        own.forEach((number, shard) -> {
            if (!shard.progress.isLeaving()) {
                epochs.put(number, shard.epoch);
            }
        });
        return epochs;
    }
}
