package io.eventbus.testkit.outbox;

import io.eventbus.api.Envelope;
import io.eventbus.api.outbox.OutboxRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Relays and writers that work on one table at the same time, in an order that a printed seed decides as far as threads allow.
 *
 * <p>Concurrency: a thread for each relay and writer; each aggregate has one writer, so that its order is known. What they share is the model.
 */
final class Crowd implements AutoCloseable {

    private static final int WRITERS = 2;
    private static final int TRANSACTIONS = 60;
    private static final int AGGREGATES_OF_A_WRITER = 8;
    private static final int TRIES = 50;

    private final StoreScenario store;
    private final int relays;
    private final int failuresInAHundred;
    private final long seed = System.nanoTime();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean written;
    private volatile boolean stopped;

    Crowd(StoreScenario store, int relays, int failuresInAHundred) {
        this.store = store;
        this.relays = relays;
        this.failuresInAHundred = failuresInAHundred;
    }

    /** Publishes everything that is written meanwhile. */
    void run() throws Exception {
        List<Future<?>> writing = new ArrayList<>();
        List<Future<?>> relaying = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            writing.add(threads.submit(() -> write(writer)));
        }
        for (int i = 0; i < relays; i++) {
            Owner owner = store.owner();
            Random random = new Random(seed + 100 + i);
            relaying.add(threads.submit(() -> relay(owner, random)));
        }
        await(writing);
        written = true;
        await(relaying);
        store.flowAll(store.owner());
    }

    private Void write(int writer) throws Exception {
        Random random = new Random(seed + writer);
        for (int i = 0; i < TRANSACTIONS; i++) {
            StoreScenario.Writing transaction = store.begin();
            List<Envelope> events = new ArrayList<>();
            for (int n = random.nextInt(6); n >= 0; n--) {
                int aggregate = random.nextInt(AGGREGATES_OF_A_WRITER + 1);
                events.add(StoreScenario.event(
                        "w" + writer + "-" + i + "-" + n,
                        aggregate == AGGREGATES_OF_A_WRITER ? null : writer + "-" + aggregate));
            }
            transaction.append(StoreScenario.TOPIC, events);
            if (random.nextInt(10) == 0) {
                transaction.rollback();
            } else {
                transaction.commit();
            }
        }
        return null;
    }

    private Void relay(Owner owner, Random random) throws Exception {
        while (!stopped && !(written && store.ledger().unpublished().isEmpty())) {
            List<OutboxRecord> claimed = trying(() -> owner.claim(1 + random.nextInt(20)));
            if (claimed.isEmpty()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2)); // as a relay does that finds nothing
                continue;
            }
            settle(owner, claimed, random);
        }
        return null;
    }

    /** Publishes these in order; what comes behind one that is not published goes back with it, as a relay does it. */
    private void settle(Owner owner, List<OutboxRecord> claimed, Random random) throws Exception {
        Set<String> closed = new HashSet<>();
        List<OutboxRecord> published = new ArrayList<>();
        List<OutboxRecord> failed = new ArrayList<>();
        List<OutboxRecord> untried = new ArrayList<>();
        for (OutboxRecord each : claimed) {
            String aggregate = each.envelope().aggregateId();
            boolean keyed = aggregate != null;
            if (keyed && closed.contains(aggregate)) {
                untried.add(each);
            } else if (random.nextInt(100) >= failuresInAHundred) {
                published.add(each);
            } else {
                (random.nextBoolean() ? failed : untried).add(each);
                if (keyed) {
                    closed.add(aggregate);
                }
            }
        }
        trying(() -> {
            owner.acknowledge(published);
            return true;
        });
        for (OutboxRecord each : failed) {
            Duration delay = Duration.ofMillis(random.nextInt(15));
            trying(() -> {
                owner.fail(each, delay);
                return true;
            });
        }
        trying(() -> {
            owner.giveBack(untried);
            return true;
        });
    }

    /** What a relay does when the database did not do it: the same again. Databases end one of two transactions that wait for each other. */
    private static <T> T trying(Callable<T> call) throws Exception {
        for (int tries = 1; ; tries++) {
            try {
                return call.call();
            } catch (Exception e) {
                if (tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    private void await(List<Future<?>> all) throws Exception {
        long patience = store.table().patience().multipliedBy(3).toMillis();
        for (Future<?> each : all) {
            try {
                each.get(patience, TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                String what = e.getCause() + " (seed " + seed + ")";
                if (e.getCause() instanceof AssertionError) {
                    throw new AssertionError(what, e.getCause());
                }
                throw new IllegalStateException(what, e.getCause());
            } catch (TimeoutException e) {
                throw new AssertionError("not published: " + store.ledger().unpublished() + " (seed " + seed + ")", e);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        threads.shutdown();
        if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
            threads.shutdownNow();
        }
    }
}
