package io.eventbus.testkit.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Payload;
import io.eventbus.api.outbox.OutboxFailure;
import io.eventbus.api.outbox.OutboxRecord;
import io.eventbus.api.outbox.OutboxStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A relay, as far as a store sees it: an owner with a store of its own. What it is given is held against the {@linkplain StoreLedger model}.
 *
 * <p>Concurrency: one thread at a time.
 */
final class Owner {

    private static final int MANY = 1_000;
    private static final long MANY_BYTES = 64L << 20;

    private final String name;
    private final OutboxStore store;
    private final StoreLedger ledger;

    Owner(String name, OutboxStore store, StoreLedger ledger) {
        this.name = name;
        this.store = store;
        this.ledger = ledger;
    }

    /** Claims what there is, for longer than any test. */
    List<OutboxRecord> claim() throws Exception {
        return claim(StoreSection.LONG);
    }

    List<OutboxRecord> claim(Duration lease) throws Exception {
        return claim(MANY, MANY_BYTES, lease);
    }

    List<OutboxRecord> claim(int most) throws Exception {
        return claim(most, MANY_BYTES, StoreSection.LONG);
    }

    List<OutboxRecord> claim(int most, long mostBytes, Duration lease) throws Exception {
        long until = System.nanoTime() + lease.toNanos();
        List<OutboxRecord> claimed = List.copyOf(store.claim(name, most, mostBytes, lease));
        ledger.claimed(name, claimed, until);
        assertThat(claimed.size()).as("records of one claim").isLessThanOrEqualTo(most);
        if (claimed.size() > 1) {
            assertThat(bytes(claimed)).as("bytes of one claim").isLessThanOrEqualTo(mostBytes);
        }
        return claimed;
    }

    /** Prolongs everything; the ids of what is no longer its own. */
    List<String> renew(Collection<OutboxRecord> claimed, Duration lease) throws Exception {
        long until = System.nanoTime() + lease.toNanos();
        List<String> lost = StoreScenario.ids(store.renew(name, claimed, lease));
        ledger.renewed(name, until);
        return lost;
    }

    /** Acknowledges, and demands that as many count as it surely holds. */
    void acknowledge(List<OutboxRecord> published) throws Exception {
        int sure = ledger.held(name, published);
        ledger.published(published);
        int counted = store.acknowledge(name, published);
        assertThat(counted)
                .as("how many counted of " + StoreScenario.ids(published) + " when acknowledged")
                .isBetween(sure, published.size());
    }

    void fail(OutboxRecord failed, Duration delay) throws Exception {
        ledger.failed(failed, delay);
        try {
            store.fail(name, List.of(failure(failed, delay)));
        } catch (Exception e) {
            ledger.notFailed(failed); // an exception means that it was not done
            throw e;
        }
    }

    void deadLetter(OutboxRecord dead) throws Exception {
        ledger.dead(List.of(dead));
        store.deadLetter(name, List.of(failure(dead, Duration.ZERO)));
    }

    void giveBack(List<OutboxRecord> untried) throws Exception {
        ledger.givenBack(untried);
        store.giveBack(name, untried);
    }

    /** Queues these again, and demands that all dead ones count, and no others. */
    void requeue(String... ids) throws Exception {
        int dead = ledger.requeued(List.of(ids));
        assertThat(store.requeue(List.of(ids)))
                .as("how many of " + List.of(ids) + " were queued again")
                .isEqualTo(dead);
    }

    List<String> unpublished(Collection<String> ids) throws Exception {
        return StoreScenario.ids(store.unpublished(ids));
    }

    /** The store itself, for what the model is not to hear of. */
    OutboxStore store() {
        return store;
    }

    String name() {
        return name;
    }

    /** A failure with the longest reason there can be. */
    static OutboxFailure failure(OutboxRecord failed, Duration delay) {
        return new OutboxFailure(failed, "it's \"ünpublishable\"; ".repeat(100), delay);
    }

    private static long bytes(List<OutboxRecord> records) {
        List<Payload> payloads = new ArrayList<>();
        for (OutboxRecord each : records) {
            Payload payload = each.envelope().payload();
            if (payload != null) {
                payloads.add(payload);
            }
        }
        return payloads.stream().mapToLong(Payload::size).sum();
    }
}
