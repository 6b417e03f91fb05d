package io.eventbus.core.consume;

import io.eventbus.api.SubscriptionSpec;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The number of messages a subscription still takes: its limits less what is in flight. What waits for a retry, and what piles up behind a
 * slow aggregate beyond its {@linkplain #laneShare share}, does not count until it fills a budget of its own, as large again, so that failing
 * and slow aggregates do not stop the others.
 *
 * <p>How many messages fit into the bytes that are left is guessed from the largest of late: of what was asked for nothing can be taken back
 * when larger ones come. Before the first has come it is guessed that all are as large as the broker lets them be.
 *
 * <p>Concurrency: {@link #available} is asked by the fetcher, {@link #refilled} by workers. The flag {@code dry} is set before the second
 * look at the figures, and figures change before the flag is read, so that a refill is never missed.
 */
final class Credit {

    /** What is in flight; asked anew each time. */
    interface Load {
        int count();

        long bytes();

        /** Those that wait for a retry or are beyond their aggregate's share. */
        int aside();

        long asideBytes();
    }

    /** What an aggregate may always have; a lane runs that many in one turn. */
    private static final int LEAST_SHARE = 16;

    private final int maxMessages;
    private final long maxBytes;
    private final Load load;
    private final AtomicBoolean dry = new AtomicBoolean();
    private volatile long largeSize;

    /** @param maxMessageBytes the largest message of the broker */
    Credit(SubscriptionSpec spec, long maxMessageBytes, Load load) {
        this.largeSize = Math.max(1, maxMessageBytes);
        this.maxMessages = spec.maxInFlight();
        this.maxBytes = spec.maxInFlightBytes();
        this.load = load;
    }

    /** How many messages of one aggregate count in full; a tenth of all, so that it takes more than a few slow ones to stop the others. */
    static int laneShare(SubscriptionSpec spec) {
        return Math.max(spec.maxInFlight() / 10, Math.min(spec.maxInFlight(), LEAST_SHARE));
    }

    /** Learns the size of a message; called by one thread at a time. */
    void sized(int bytes) {
        long known = largeSize;
        largeSize = Math.max(1, bytes >= known ? bytes : known - (known - bytes + 7) / 8);
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
        int aside = Math.min(load.aside(), maxMessages);
        int counted = Math.max(0, load.count() - aside);
        long countedBytes = Math.max(0, load.bytes() - Math.min(load.asideBytes(), maxBytes));
        long byBytes = (maxBytes - countedBytes) / largeSize;
        boolean empty = load.count() == 0 || (counted == 0 && load.bytes() < 2 * maxBytes);
        if (byBytes <= 0 && empty) {
            byBytes = 1;
        }
        return (int) Math.max(0, Math.min(maxMessages - counted, byBytes));
    }
}
