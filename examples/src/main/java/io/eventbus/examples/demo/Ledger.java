package io.eventbus.examples.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The books of a run: what was published, what the broker acknowledged, what each handler saw and when.
 *
 * <p>An event is <em>reordered</em> if its first handling starts after that of a later event of its aggregate, <em>overlapped</em> if it starts
 * while another of its aggregate is in its handler, a <em>duplicate</em> if it is handled again after it was done, a <em>gap</em> if it
 * was acknowledged by the broker and never handled.
 *
 * <p>Concurrency: one slot per event or aggregate in atomic arrays; written by publisher, callbacks and handlers at once.
 */
final class Ledger {

    /** The verdict on a run in which nothing is wrong. */
    static final String EXACT = "exact";

    private final List<DemoEvent> events;
    private final AtomicLongArray publishedAt;
    private final AtomicLongArray handledAt;
    private final AtomicIntegerArray acknowledged;
    private final AtomicIntegerArray attempts;
    private final AtomicIntegerArray highestStarted;
    private final AtomicIntegerArray running;
    private final AtomicInteger acknowledgedCount = new AtomicInteger();
    private final AtomicInteger failedCount = new AtomicInteger();
    private final AtomicInteger handledCount = new AtomicInteger();
    private final AtomicInteger duplicates = new AtomicInteger();
    private final AtomicInteger reordered = new AtomicInteger();
    private final AtomicInteger overlapped = new AtomicInteger();
    private final AtomicInteger reportedTwice = new AtomicInteger();
    private final AtomicLong firstPublishedAt = new AtomicLong();
    private final AtomicLong lastHandledAt = new AtomicLong();
    private final CountDownLatch allHandled;
    private final CountDownLatch allReported;

    Ledger(Workload workload) {
        this.events = workload.events();
        int n = events.size();
        this.publishedAt = new AtomicLongArray(n);
        this.handledAt = new AtomicLongArray(n);
        this.acknowledged = new AtomicIntegerArray(n);
        this.attempts = new AtomicIntegerArray(n);
        this.highestStarted = new AtomicIntegerArray(workload.aggregates());
        this.running = new AtomicIntegerArray(workload.aggregates());
        this.allHandled = new CountDownLatch(n);
        this.allReported = new CountDownLatch(n);
    }

    void published(int index) {
        long now = System.nanoTime();
        firstPublishedAt.compareAndSet(0, now);
        publishedAt.set(index, now);
    }

    /** Its latency counts from then. */
    void publishedAt(int index, long nanoTime) {
        publishedAt.set(index, nanoTime);
    }

    void reported(int index, boolean success) {
        if (!acknowledged.compareAndSet(index, 0, success ? 1 : -1)) {
            reportedTwice.incrementAndGet();
            return;
        }
        (success ? acknowledgedCount : failedCount).incrementAndGet();
        allReported.countDown();
    }

    /** A handler starts; tells which attempt of the event this is, counted from 1. */
    int started(int index) {
        DemoEvent event = events.get(index);
        if (running.incrementAndGet(event.aggregate()) > 1) {
            overlapped.incrementAndGet();
        }
        int attempt = attempts.incrementAndGet(index);
        int highest = highestStarted.getAndAccumulate(event.aggregate(), event.sequence(), Math::max);
        if (attempt == 1 && event.sequence() < highest) {
            reordered.incrementAndGet();
        }
        return attempt;
    }

    void ended(int index, boolean done) {
        if (done) {
            long now = System.nanoTime();
            if (handledAt.compareAndSet(index, 0, now)) {
                lastHandledAt.accumulateAndGet(now, (a, b) -> a == 0 || b - a > 0 ? b : a);
                handledCount.incrementAndGet();
                allHandled.countDown();
            } else {
                duplicates.incrementAndGet();
            }
        }
        running.decrementAndGet(events.get(index).aggregate());
    }

    CountDownLatch allHandled() {
        return allHandled;
    }

    CountDownLatch allReported() {
        return allReported;
    }

    int acknowledged() {
        return acknowledgedCount.get();
    }

    int failed() {
        return failedCount.get();
    }

    int handled() {
        return handledCount.get();
    }

    int duplicates() {
        return duplicates.get();
    }

    int reordered() {
        return reordered.get();
    }

    int overlapped() {
        return overlapped.get();
    }

    int gaps() {
        int gaps = 0;
        for (int i = 0; i < events.size(); i++) {
            if (acknowledged.get(i) == 1 && handledAt.get(i) == 0) {
                gaps++;
            }
        }
        return gaps;
    }

    /** From the first publish to the last distinct event handled, in seconds. */
    double seconds() {
        return (lastHandledAt.get() - firstPublishedAt.get()) / 1e9;
    }

    /** The latency from publish call, or return of the commit, to the end of the handler, in ms, at the given shares; 0 if the handler was first. */
    double[] latencies(double... shares) {
        double[] millis = new double[handledCount.get()];
        int n = 0;
        for (int i = 0; i < events.size() && n < millis.length; i++) {
            if (handledAt.get(i) != 0) {
                millis[n++] = Math.max(0, handledAt.get(i) - publishedAt.get(i)) / 1e6;
            }
        }
        return shares(Arrays.copyOf(millis, n), shares);
    }

    /** What so many of the values do not exceed, sorting them; 0 if there are none. */
    static double[] shares(double[] values, double... shares) {
        Arrays.sort(values);
        double[] result = new double[shares.length];
        for (int i = 0; i < shares.length && values.length > 0; i++) {
            result[i] = values[Math.min(values.length - 1, (int) Math.ceil(shares[i] * values.length) - 1)];
        }
        return result;
    }

    /**
     * {@code exact}, or what is wrong.
     *
     * @param deadLettered how many events the bus says it dead-lettered
     * @param faults whether the run broke connections on purpose: then at-least-once may show
     */
    String verdict(long deadLettered, boolean faults) {
        List<String> wrong = new ArrayList<>();
        note(wrong, failedCount.get(), "publishes failed");
        note(wrong, events.size() - acknowledgedCount.get() - failedCount.get(), "publishes without an outcome");
        note(wrong, reportedTwice.get(), "publishes with two outcomes");
        wrong.addAll(handlingFaults(deadLettered, faults));
        return wrong.isEmpty() ? EXACT : String.join(", ", wrong);
    }

    /** What is wrong from the acknowledgement on; for the parameters see {@link #verdict}. */
    List<String> handlingFaults(long deadLettered, boolean faults) {
        List<String> wrong = new ArrayList<>();
        note(wrong, gaps(), "acknowledged events never handled");
        note(wrong, deadLettered, "events dead-lettered");
        note(wrong, reordered.get(), "events reordered");
        note(wrong, overlapped.get(), "events overlapped");
        if (!faults) {
            note(wrong, duplicates.get(), "events handled twice");
        }
        return wrong;
    }

    static void note(List<String> wrong, long count, String what) {
        if (count != 0) {
            wrong.add(count + " " + what);
        }
    }
}
