package io.eventbus.examples.outbox.owntable;

import io.eventbus.api.outbox.OutboxFailure;
import io.eventbus.api.outbox.OutboxRecord;
import io.eventbus.api.outbox.OutboxStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/** The shop's table with stores that have one defect. What owners of one table know of each other for the sake of the defect is kept here. */
final class MutantTable extends ShopStoreUnderTest {

    private final StoreMutant mutant;
    private final Duration patience;
    private final Set<String> dead = new HashSet<>();
    private List<OutboxRecord> lastClaimed = List.of();
    private long highest;
    private long waitUntil = System.nanoTime();
    private boolean unkeyedFailed;

    MutantTable(StoreMutant mutant, Duration patience) throws SQLException {
        super(H2.fresh());
        this.mutant = mutant;
        this.patience = patience;
    }

    @Override
    public Duration patience() {
        return patience;
    }

    @Override
    public Transaction begin() throws SQLException {
        return super.begin(mutant == StoreMutant.APPENDS_OUTSIDE_THE_TRANSACTION);
    }

    @Override
    public OutboxStore open() {
        OutboxStore sound = super.open();
        return switch (mutant) {
            case SOUND, APPENDS_OUTSIDE_THE_TRANSACTION -> sound;
            case ACKNOWLEDGES_NOTHING ->
                new ForwardingStore(sound) {
                    @Override
                    public int acknowledge(String owner, List<? extends OutboxRecord> published) {
                        return published.size();
                    }
                };
            case ACKNOWLEDGES_A_THOUSAND ->
                new ForwardingStore(sound) {
                    @Override
                    public int acknowledge(String owner, List<? extends OutboxRecord> published) throws Exception {
                        sound.acknowledge(owner, published.subList(0, Math.min(1_000, published.size())));
                        return published.size();
                    }
                };
            case POSITION_PASSES_GAPS ->
                new ForwardingStore(sound) {
                    @Override
                    public int acknowledge(String owner, List<? extends OutboxRecord> published) throws Exception {
                        int counted = sound.acknowledge(owner, published);
                        for (OutboxRecord each : published) {
                            execute(
                                    "update shop_outbox set status = 'PUBLISHED' where claimed_by = ? and id < ?",
                                    owner,
                                    ((ShopRecord) each).id());
                        }
                        return counted;
                    }
                };
            case LATE_ACKNOWLEDGEMENT_IS_COUNTED ->
                new ForwardingStore(sound) {
                    @Override
                    public int acknowledge(String owner, List<? extends OutboxRecord> published) throws Exception {
                        sound.acknowledge(owner, published);
                        return published.size();
                    }
                };
            case LATE_ACKNOWLEDGEMENT_TAKES_EFFECT ->
                new ForwardingStore(sound) {
                    @Override
                    public int acknowledge(String owner, List<? extends OutboxRecord> published) throws Exception {
                        int counted = sound.acknowledge(owner, published);
                        forEach(published, "update shop_outbox set status = 'PUBLISHED' where event_id = ?");
                        return counted;
                    }
                };
            case LATE_FAILURE_TAKES_EFFECT ->
                new ForwardingStore(sound) {
                    @Override
                    public void fail(String owner, List<OutboxFailure> failures) throws Exception {
                        sound.fail(owner, failures);
                        forEach(records(failures), "update shop_outbox set status = 'NEW' where event_id = ?");
                    }
                };
            case LATE_GIVING_BACK_TAKES_EFFECT ->
                new ForwardingStore(sound) {
                    @Override
                    public void giveBack(String owner, List<? extends OutboxRecord> untried) throws Exception {
                        sound.giveBack(owner, untried);
                        forEach(untried, "update shop_outbox set status = 'NEW' where event_id = ?");
                    }
                };
            case CLAIMS_TWICE ->
                new ForwardingStore(sound) {
                    @Override
                    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease)
                            throws Exception {
                        List<OutboxRecord> claimed = new ArrayList<>(sound.claim(owner, most, mostBytes, lease));
                        claimed.addAll(lastClaimed);
                        lastClaimed = List.copyOf(claimed);
                        return claimed;
                    }
                };
            case NO_FENCE ->
                new ForwardingStore(sound) {
                    @Override
                    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease)
                            throws Exception {
                        return claimWithoutFence(owner, most);
                    }
                };
            case LOSES_ORDER ->
                new ForwardingStore(sound) {
                    @Override
                    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease)
                            throws Exception {
                        List<OutboxRecord> claimed = new ArrayList<>(sound.claim(owner, most, mostBytes, lease));
                        Collections.reverse(claimed);
                        return claimed;
                    }
                };
            case SKIPS_LATE_COMMITTED ->
                new ForwardingStore(sound) {
                    @Override
                    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease)
                            throws Exception {
                        List<? extends OutboxRecord> claimed = sound.claim(owner, most, mostBytes, lease).stream()
                                .filter(each -> ((ShopRecord) each).id() > highest)
                                .toList();
                        claimed.forEach(each -> highest = Math.max(highest, ((ShopRecord) each).id()));
                        return claimed;
                    }
                };
            case NUMBER_IGNORED ->
                new ForwardingStore(sound) {
                    @Override
                    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease)
                            throws Exception {
                        return sound.claim(owner, 1_000, mostBytes, lease);
                    }
                };
            case BYTES_IGNORED ->
                new ForwardingStore(sound) {
                    @Override
                    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease)
                            throws Exception {
                        return sound.claim(owner, most, Long.MAX_VALUE, lease);
                    }
                };
            case TOMBSTONE_BECOMES_EMPTY ->
                new ForwardingStore(sound) {
                    @Override
                    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease)
                            throws Exception {
                        execute("update shop_outbox set payload = ? where payload is null", new byte[0]);
                        return sound.claim(owner, most, mostBytes, lease);
                    }
                };
            case LEASE_NEVER_ENDS ->
                new ForwardingStore(sound) {
                    @Override
                    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease)
                            throws Exception {
                        return sound.claim(owner, most, mostBytes, Duration.ofDays(1));
                    }
                };
            case RENEWAL_IGNORED ->
                new ForwardingStore(sound) {
                    @Override
                    public Collection<? extends OutboxRecord> renew(
                            String owner, Collection<? extends OutboxRecord> claimed, Duration lease) {
                        return List.of();
                    }
                };
            case LOSS_NOT_TOLD ->
                new ForwardingStore(sound) {
                    @Override
                    public Collection<? extends OutboxRecord> renew(
                            String owner, Collection<? extends OutboxRecord> claimed, Duration lease) throws Exception {
                        sound.renew(owner, claimed, lease);
                        return List.of();
                    }
                };
            case FORGETS_AT_A_RESTART ->
                new ForwardingStore(sound) {
                    private boolean begun;

                    @Override
                    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease)
                            throws Exception {
                        if (!begun) {
                            begun = true;
                            execute("update shop_outbox set status = 'NEW' where status = 'PUBLISHED'");
                        }
                        return sound.claim(owner, most, mostBytes, lease);
                    }
                };
            case GIVES_NOTHING_BACK ->
                new ForwardingStore(sound) {
                    @Override
                    public void giveBack(String owner, List<? extends OutboxRecord> untried) {
                        // that is the defect
                    }
                };
            case GIVING_BACK_COUNTS_AS_FAILURE ->
                new ForwardingStore(sound) {
                    @Override
                    public void giveBack(String owner, List<? extends OutboxRecord> untried) throws Exception {
                        sound.giveBack(owner, untried);
                        forEach(untried, "update shop_outbox set attempts = attempts + 1 where event_id = ?");
                    }
                };
            case GIVEN_BACK_GOES_TO_THE_END ->
                new ForwardingStore(sound) {
                    @Override
                    public void giveBack(String owner, List<? extends OutboxRecord> untried) throws Exception {
                        sound.giveBack(owner, untried);
                        forEach(
                                untried,
                                "update shop_outbox set id = (select max(id) from shop_outbox) + 1000000 where event_id = ?");
                    }
                };
            case GIVING_BACK_NONE_GIVES_ALL_BACK ->
                new ForwardingStore(sound) {
                    @Override
                    public void giveBack(String owner, List<? extends OutboxRecord> untried) throws Exception {
                        sound.giveBack(owner, untried);
                        if (untried.isEmpty()) {
                            execute("update shop_outbox set status = 'NEW' where claimed_by = ?", owner);
                        }
                    }
                };
            case FAILURE_DELAY_IGNORED ->
                new ForwardingStore(sound) {
                    @Override
                    public void fail(String owner, List<OutboxFailure> failures) throws Exception {
                        sound.fail(
                                owner,
                                failures.stream()
                                        .map(each -> new OutboxFailure(each.record(), each.reason(), Duration.ZERO))
                                        .toList());
                    }
                };
            case FAILURES_NOT_COUNTED ->
                new ForwardingStore(sound) {
                    @Override
                    public void fail(String owner, List<OutboxFailure> failures) throws Exception {
                        sound.fail(owner, failures);
                        forEach(records(failures), "update shop_outbox set attempts = 0 where event_id = ?");
                    }
                };
            case FAILED_DOES_NOT_BLOCK ->
                new ForwardingStore(sound) {
                    @Override
                    public void fail(String owner, List<OutboxFailure> failures) throws Exception {
                        sound.fail(owner, failures);
                        forEach(records(failures), "update shop_outbox set aggregate_id = null where event_id = ?");
                    }
                };
            case FAILURE_STOPS_ALL ->
                new ForwardingStore(sound) {
                    @Override
                    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease)
                            throws Exception {
                        return System.nanoTime() - waitUntil < 0
                                ? List.of()
                                : sound.claim(owner, most, mostBytes, lease);
                    }

                    @Override
                    public void fail(String owner, List<OutboxFailure> failures) throws Exception {
                        sound.fail(owner, failures);
                        failures.forEach(each ->
                                waitUntil = System.nanoTime() + each.delay().toNanos());
                    }
                };
            case UNKEYED_SHARE_A_FENCE ->
                new ForwardingStore(sound) {
                    @Override
                    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease)
                            throws Exception {
                        return sound.claim(owner, most, mostBytes, lease).stream()
                                .filter(each ->
                                        !unkeyedFailed || each.envelope().aggregateId() != null)
                                .toList();
                    }

                    @Override
                    public void fail(String owner, List<OutboxFailure> failures) throws Exception {
                        sound.fail(owner, failures);
                        unkeyedFailed |= failures.stream()
                                .anyMatch(each -> each.record().envelope().aggregateId() == null);
                    }
                };
            case DEAD_DOES_NOT_BLOCK ->
                new ForwardingStore(sound) {
                    @Override
                    public void deadLetter(String owner, List<OutboxFailure> failures) throws Exception {
                        sound.deadLetter(owner, failures);
                        forEach(records(failures), "update shop_outbox set aggregate_id = null where event_id = ?");
                    }
                };
            case DEAD_BLOCKS_WHAT_DIFFERS_IN_CASE ->
                new ForwardingStore(sound) {
                    @Override
                    public List<? extends OutboxRecord> claim(String owner, int most, long mostBytes, Duration lease)
                            throws Exception {
                        return sound.claim(owner, most, mostBytes, lease).stream()
                                .filter(each -> !dead.contains(lowerCase(each)))
                                .toList();
                    }

                    @Override
                    public void deadLetter(String owner, List<OutboxFailure> failures) throws Exception {
                        sound.deadLetter(owner, failures);
                        records(failures).forEach(each -> dead.add(lowerCase(each)));
                    }
                };
            case DEAD_ARE_NOT_FOUND ->
                new ForwardingStore(sound) {
                    @Override
                    public void deadLetter(String owner, List<OutboxFailure> failures) throws Exception {
                        sound.deadLetter(owner, failures);
                        records(failures)
                                .forEach(each -> dead.add(each.envelope().eventId()));
                    }

                    @Override
                    public List<? extends OutboxRecord> unpublished(Collection<String> eventIds) throws Exception {
                        return sound.unpublished(eventIds).stream()
                                .filter(each -> !dead.contains(each.envelope().eventId()))
                                .toList();
                    }
                };
            case REQUEUE_KEEPS_FAILURES ->
                new ForwardingStore(sound) {
                    @Override
                    public int requeue(Collection<String> eventIds) throws Exception {
                        int requeued = 0;
                        for (String id : eventIds) {
                            requeued += execute(
                                    "update shop_outbox set status = 'NEW' where event_id = ? and status = 'DEAD'", id);
                        }
                        return requeued;
                    }
                };
            case REQUEUE_COUNTS_WHAT_IT_IS_GIVEN ->
                new ForwardingStore(sound) {
                    @Override
                    public int requeue(Collection<String> eventIds) throws Exception {
                        sound.requeue(eventIds);
                        return eventIds.size();
                    }
                };
        };
    }

    /** All that is new, whoever has claimed something of its aggregate. */
    private List<ShopRecord> claimWithoutFence(String owner, int most) throws SQLException {
        String token = UUID.randomUUID().toString();
        execute("""
                update shop_outbox
                set status = 'CLAIMED', claimed_by = ?, claim_token = ?, claimed_until = current_timestamp + interval '1' hour
                where id in (select id from shop_outbox where status = 'NEW' and next_attempt_at <= current_timestamp
                    order by id fetch first ? rows only) and status = 'NEW'""", owner, token, most);
        List<ShopRecord> claimed = new ArrayList<>();
        try (Connection connection = database().getConnection();
                PreparedStatement look =
                        connection.prepareStatement("select * from shop_outbox where claim_token = ? order by id")) {
            look.setString(1, token);
            try (ResultSet row = look.executeQuery()) {
                while (row.next()) {
                    claimed.add(ShopTable.read(row, token));
                }
            }
        }
        return claimed;
    }

    private void forEach(List<? extends OutboxRecord> records, String statement) throws SQLException {
        for (OutboxRecord each : records) {
            execute(statement, each.envelope().eventId());
        }
    }

    private int execute(String sql, Object... parameters) throws SQLException {
        try (Connection connection = database().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }

    private static List<OutboxRecord> records(List<OutboxFailure> failures) {
        return failures.stream().map(OutboxFailure::record).toList();
    }

    private static String lowerCase(OutboxRecord each) {
        return String.valueOf(each.envelope().aggregateId()).toLowerCase(Locale.ROOT);
    }
}
