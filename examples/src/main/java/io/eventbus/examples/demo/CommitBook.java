package io.eventbus.examples.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The part of the books that an outbox adds: what was committed and what rolled back, when, in which order, and what the broker acknowledged of it.
 *
 * <p>The order of the commits of an aggregate is that in which its one writer sees them return. What becomes of an event is checked against it from the first handlings,
 * and not against what the workload intended.
 *
 * <p>Concurrency: one slot per event or aggregate in atomic arrays; written by the writers, callbacks and handlers at once. An event may be acknowledged and handled before
 * its writer has noted that the commit returned, so both orders are kept and compared at the end.
 */
final class CommitBook {

    private final List<DemoEvent> events;
    private final Ledger ledger;
    private final AtomicIntegerArray committing;
    private final AtomicLongArray committedAt;
    private final AtomicLongArray acknowledgedAt;
    private final AtomicIntegerArray commitOrder;
    private final AtomicIntegerArray handleOrder;
    private final AtomicIntegerArray commits;
    private final AtomicIntegerArray handlings;
    private final AtomicInteger committedCount = new AtomicInteger();
    private final AtomicInteger rolledBack = new AtomicInteger();
    private final AtomicInteger failedAttempts = new AtomicInteger();
    private final AtomicInteger acknowledgedAgain = new AtomicInteger();
    private final AtomicInteger rolledBackSeen = new AtomicInteger();
    private final AtomicInteger seenTooSoon = new AtomicInteger();

    CommitBook(Workload workload, Ledger ledger) {
        this.events = workload.events();
        this.ledger = ledger;
        int n = events.size();
        this.committing = new AtomicIntegerArray(n);
        this.committedAt = new AtomicLongArray(n);
        this.acknowledgedAt = new AtomicLongArray(n);
        this.commitOrder = new AtomicIntegerArray(n);
        this.handleOrder = new AtomicIntegerArray(n);
        this.commits = new AtomicIntegerArray(workload.aggregates());
        this.handlings = new AtomicIntegerArray(workload.aggregates());
    }

    /** The commit of a transaction is called now: from here on its events may be seen. */
    void committing(int[] indices) {
        for (int index : indices) {
            ledger.published(index);
            committing.set(index, 1);
        }
    }

    /** The commit has returned. */
    void committed(int[] indices) {
        long now = System.nanoTime();
        for (int index : indices) {
            ledger.publishedAt(index, now);
            commitOrder.set(index, commits.incrementAndGet(events.get(index).aggregate()));
            committedAt.set(index, now);
            committedCount.incrementAndGet();
        }
    }

    /** A transaction with so many events was rolled back. */
    void rolledBack(int count) {
        rolledBack.addAndGet(count);
    }

    /** The broker's word on a publish by the relay, which may come again: the relay tries again what failed. */
    void reported(int index, boolean success) {
        see(index);
        if (index == EventIds.ROLLED_BACK) {
            return;
        }
        if (!success) {
            failedAttempts.incrementAndGet();
        } else if (acknowledgedAt.compareAndSet(index, 0, System.nanoTime())) {
            ledger.reported(index, true);
        } else {
            acknowledgedAgain.incrementAndGet();
        }
    }

    /** A handler starts; {@link EventIds#ROLLED_BACK} for what no handler may ever see. */
    void started(int index) {
        see(index);
        if (index != EventIds.ROLLED_BACK && handleOrder.get(index) == 0) {
            handleOrder.compareAndSet(
                    index, 0, handlings.incrementAndGet(events.get(index).aggregate()));
        }
    }

    private void see(int index) {
        if (index == EventIds.ROLLED_BACK) {
            rolledBackSeen.incrementAndGet();
        } else if (committing.get(index) == 0) {
            seenTooSoon.incrementAndGet();
        }
    }

    int committed() {
        return committedCount.get();
    }

    int rolledBack() {
        return rolledBack.get();
    }

    int failedAttempts() {
        return failedAttempts.get();
    }

    int rolledBackSeen() {
        return rolledBackSeen.get();
    }

    /** How many are committed and not acknowledged by the broker. */
    int unacknowledged() {
        int count = 0;
        for (int i = 0; i < events.size(); i++) {
            if (committedAt.get(i) != 0 && acknowledgedAt.get(i) == 0) {
                count++;
            }
        }
        return count;
    }

    /** How many were handled for the first time after an event of their aggregate that was committed later. */
    int outOfCommitOrder() {
        int aggregates = commits.length();
        List<List<Integer>> byAggregate = new ArrayList<>(aggregates);
        for (int i = 0; i < aggregates; i++) {
            byAggregate.add(new ArrayList<>());
        }
        for (int i = 0; i < events.size(); i++) {
            if (commitOrder.get(i) != 0 && handleOrder.get(i) != 0) {
                byAggregate.get(events.get(i).aggregate()).add(i);
            }
        }
        int wrong = 0;
        for (List<Integer> handled : byAggregate) {
            handled.sort((a, b) -> Integer.compare(handleOrder.get(a), handleOrder.get(b)));
            int latest = 0;
            for (int index : handled) {
                if (commitOrder.get(index) < latest) {
                    wrong++;
                }
                latest = Math.max(latest, commitOrder.get(index));
            }
        }
        return wrong;
    }

    /** The time from the return of the commit to the acknowledgement, in ms, at the given shares; 0 if the acknowledgement was first. */
    double[] commitToAcknowledgement(double... shares) {
        double[] millis = new double[events.size()];
        int n = 0;
        for (int i = 0; i < events.size(); i++) {
            if (committedAt.get(i) != 0 && acknowledgedAt.get(i) != 0) {
                millis[n++] = Math.max(0, acknowledgedAt.get(i) - committedAt.get(i)) / 1e6;
            }
        }
        return Ledger.shares(Arrays.copyOf(millis, n), shares);
    }

    /**
     * {@code exact}, or what is wrong.
     *
     * @param changes how many changes the table of orders holds, of which each committed event tells one
     * @param dead how many events the relay gave up
     */
    String verdict(long changes, long dead, long deadLettered, boolean faults) {
        List<String> wrong = new ArrayList<>();
        Ledger.note(wrong, events.size() - committedCount.get(), "events never committed");
        Ledger.note(wrong, changes - committedCount.get(), "changes of orders more than committed events");
        Ledger.note(wrong, unacknowledged(), "committed events not acknowledged");
        Ledger.note(wrong, rolledBackSeen.get(), "sights of events that were rolled back");
        Ledger.note(wrong, seenTooSoon.get(), "sights of events before their commit");
        Ledger.note(wrong, outOfCommitOrder(), "events handled out of commit order");
        Ledger.note(wrong, dead, "events given up by the relay");
        if (!faults) {
            Ledger.note(wrong, acknowledgedAgain.get(), "events relayed twice");
        }
        wrong.addAll(ledger.handlingFaults(deadLettered, faults));
        return wrong.isEmpty() ? Ledger.EXACT : String.join(", ", wrong);
    }
}
