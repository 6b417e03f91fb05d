package io.eventbus.core.consume;

import io.eventbus.api.SubscriptionSpec;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The number of messages a subscription still takes: its limits less what is in flight. What waits for a retry does not count until it
 * fills a budget of its own, as large again, so that failing aggregates do not stop the others.
 *
 * <p>Concurrency: {@link #available} is asked by the fetcher, {@link #refilled} by workers. The flag {@code dry} is set before the second
 * look at the figures, and figures change before the flag is read, so that a refill is never missed.
 */
final class Credit {

    /** What is in flight; asked anew each time. */
    interface Load {
        int count();

        long bytes();

        int waiting();

        long waitingBytes();
    }

    private final int maxMessages;
    private final long maxBytes;
    private final Load load;
    private final AtomicBoolean dry = new AtomicBoolean();
    private volatile int averageSize = 1024;

    Credit(SubscriptionSpec spec, Load load) {
        this.maxMessages = spec.maxInFlight();
        this.maxBytes = spec.maxInFlightBytes();
        this.load = load;
    }

    /** Learns the size of a message; called by one thread at a time. */
    void sized(int bytes) {
        averageSize = Math.max(1, averageSize + (bytes - averageSize) / 8);
    }

    int available() {
        int available = compute();
        if (available > 0) {
            return available;
        }
        dry.set(true);
        return compute();
    }

    /** Whether credit that had run out is there again; true once for each time it ran out. */
    boolean refilled() {
        return dry.get() && compute() > 0 && dry.compareAndSet(true, false);
    }

    private int compute() {
        int waiting = Math.min(load.waiting(), maxMessages);
        int counted = Math.max(0, load.count() - waiting);
        long countedBytes = Math.max(0, load.bytes() - Math.min(load.waitingBytes(), maxBytes));
        long byBytes = (maxBytes - countedBytes) / averageSize;
        boolean empty = load.count() == 0 || (counted == 0 && load.bytes() < 2 * maxBytes);
        if (byBytes <= 0 && empty) {
            byBytes = 1;
        }
        return (int) Math.max(0, Math.min(maxMessages - counted, byBytes));
    }
}
