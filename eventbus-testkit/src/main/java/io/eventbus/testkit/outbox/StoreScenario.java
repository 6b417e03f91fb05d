package io.eventbus.testkit.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;
import io.eventbus.api.outbox.OutboxRecord;
import io.eventbus.testkit.outbox.StoreUnderTest.Transaction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A test of a store: the table, its owners and writers, and the {@linkplain StoreLedger model} that all of them tell.
 *
 * <p>Concurrency: owners are made and waited for by the thread of the test; appending is safe from any thread.
 */
final class StoreScenario implements AutoCloseable {

    static final Topic TOPIC = Topic.of("orders");

    private final StoreUnderTest table;
    private final StoreLedger ledger = new StoreLedger();
    private int owners;

    StoreScenario(StoreUnderTest table) {
        this.table = table;
    }

    StoreUnderTest table() {
        return table;
    }

    StoreLedger ledger() {
        return ledger;
    }

    /** Another relay. */
    Owner owner() throws Exception {
        return new Owner("relay-" + ++owners, table.open(), ledger);
    }

    /** The relay's process is gone. */
    void crash(Owner owner) {
        if (table.acknowledgedMayComeAgainAfterCrash()) {
            ledger.forgotten(owner.name());
        }
    }

    /** Who is to get at once what an owner lets go: another one, unless the store keeps aggregates with their owner. */
    Owner heir(Owner owner) throws Exception {
        return table.aggregatesStayWithTheirOwner() ? owner : owner();
    }

    /** Appends and commits events named by letters for the aggregate and a number: {@code a1} is of aggregate {@code a}. */
    void append(String... ids) throws Exception {
        append(TOPIC, keyed(ids));
    }

    void append(Topic topic, List<Envelope> events) throws Exception {
        Writing writing = begin();
        writing.append(topic, events);
        writing.commit();
    }

    /** A transaction that is held open. */
    Writing begin() throws Exception {
        return new Writing(table.begin());
    }

    static List<Envelope> keyed(String... ids) {
        return List.of(ids).stream()
                .map(id -> event(id, id.replaceAll("[0-9]+$", "")))
                .toList();
    }

    static List<Envelope> unkeyed(String... ids) {
        return List.of(ids).stream().map(id -> event(id, null)).toList();
    }

    static Envelope event(String id, @Nullable String aggregate) {
        return Envelope.builder("OrderPlaced")
                .eventId(id)
                .aggregateId(aggregate)
                .payload("{\"id\":\"" + id + "\"}")
                .build();
    }

    /** Has an owner claim until it holds all of these; everything that it was given. */
    List<OutboxRecord> hold(Owner owner, Duration lease, String... ids) {
        List<OutboxRecord> held = new ArrayList<>();
        until(() -> "all are claimed; missing are " + missing(held, ids), () -> {
            held.addAll(owner.claim(lease));
            return missing(held, ids).isEmpty();
        });
        return held;
    }

    List<OutboxRecord> hold(Owner owner, String... ids) {
        return hold(owner, StoreSection.LONG, ids);
    }

    /** Has owners claim, and acknowledge all they are given, until all of these have come. */
    void flow(Collection<String> ids, Owner... claiming) {
        Set<String> missing = new LinkedHashSet<>(ids);
        until(() -> "all are claimed; missing are " + missing, () -> {
            for (Owner owner : claiming) {
                missing.removeAll(publish(owner));
            }
            return missing.isEmpty();
        });
    }

    /** Has owners claim and acknowledge until nothing is left, and demands that nothing is. */
    void flowAll(Owner... claiming) throws Exception {
        flow(ledger.unpublished(), claiming);
        until(() -> "no rows are left", () -> {
            for (Owner owner : claiming) {
                publish(owner);
            }
            return table.rowsLeft() == 0;
        });
    }

    /** Has owners claim for a while and acknowledge all they are given, whatever that is. */
    void flowFor(Duration time, Owner... claiming) {
        watch(time, () -> {
            for (Owner owner : claiming) {
                publish(owner);
            }
        });
    }

    /** Has owners claim for a while, and demands that they are given nothing. */
    void nothingComes(Duration time, Owner... claiming) {
        watch(time, () -> {
            for (Owner owner : claiming) {
                assertThat(ids(owner.claim()))
                        .as("claimed by " + owner.name() + ", where nothing can be")
                        .isEmpty();
            }
        });
    }

    void until(Supplier<String> what, Callable<Boolean> condition) {
        try {
            Awaitility.await()
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(5))
                    .atMost(table.patience())
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("not within " + table.patience() + ": " + what.get(), e);
        }
    }

    static List<String> ids(Collection<? extends OutboxRecord> records) {
        return records.stream().map(each -> each.envelope().eventId()).toList();
    }

    /** The one of an id. */
    static OutboxRecord one(List<OutboxRecord> records, String id) {
        return records.stream()
                .filter(each -> each.envelope().eventId().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " is not among " + ids(records)));
    }

    /** All but the one of an id. */
    static List<OutboxRecord> but(List<OutboxRecord> records, String... ids) {
        Set<String> without = Set.of(ids);
        return records.stream()
                .filter(each -> !without.contains(each.envelope().eventId()))
                .toList();
    }

    @Override
    public void close() throws Exception {
        table.close();
    }

    private static List<String> publish(Owner owner) throws Exception {
        List<OutboxRecord> claimed = owner.claim();
        owner.acknowledge(claimed);
        return ids(claimed);
    }

    private static Set<String> missing(List<OutboxRecord> held, String... ids) {
        Set<String> missing = new LinkedHashSet<>(List.of(ids));
        missing.removeAll(Set.copyOf(ids(held)));
        return missing;
    }

    private static void watch(Duration time, Looking look) {
        long end = System.nanoTime() + time.toNanos();
        Awaitility.await()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(time.plusSeconds(60))
                .until(() -> {
                    look.look();
                    return System.nanoTime() - end > 0;
                });
    }

    private interface Looking {
        void look() throws Exception;
    }

    /** An open transaction that tells the model. */
    final class Writing {

        private final Transaction transaction;
        private final List<String> ids = new ArrayList<>();

        private Writing(Transaction transaction) {
            this.transaction = transaction;
        }

        void append(String... keyed) throws Exception {
            append(TOPIC, StoreScenario.keyed(keyed));
        }

        void append(Topic topic, List<Envelope> events) throws Exception {
            ledger.appended(topic, events);
            events.forEach(event -> ids.add(event.eventId()));
            transaction.append(topic, events);
        }

        void commit() throws Exception {
            ledger.committed(ids);
            transaction.commit();
        }

        void rollback() throws Exception {
            ledger.rolledBack(ids);
            transaction.rollback();
        }
    }
}
