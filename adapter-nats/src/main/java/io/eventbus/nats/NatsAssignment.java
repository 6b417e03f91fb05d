package io.eventbus.nats;

import io.eventbus.api.spi.Assignment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A durable consumer that a subscription owns, with the messages of it that are handed over and not settled. A new one begins only when
 * the stream was made anew, since its sequences begin anew then.
 *
 * <p>Concurrency: the map is written by the fetcher and by the workers that settle.
 */
final class NatsAssignment implements Assignment {

    private final String name;
    private final long epoch;
    private final ConcurrentHashMap<Long, NatsInbound> inFlight = new ConcurrentHashMap<>();

    private final Set<Long> returned = ConcurrentHashMap.newKeySet();

    private final @Nullable RecentSequences done;

    /** The handle of a message that was acknowledged. */
    private volatile @Nullable String acknowledged;

    /** @param done the memory of what was settled, for subscriptions that have no order to tell it by; else null */
    NatsAssignment(String name, long epoch, @Nullable RecentSequences done) {
        this.name = name;
        this.epoch = epoch;
        this.done = done;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    /** Adds a message that is handed over. */
    void add(NatsInbound message) {
        inFlight.put(message.sequence(), message);
    }

    /** The message of the sequence that is handed over and not settled, or null. */
    @Nullable
    NatsInbound inFlight(long sequence) {
        return inFlight.get(sequence);
    }

    /** The message went back to the server: when it comes again, it is new. */
    void givenBack(NatsInbound message) {
        returned.add(message.sequence());
        inFlight.remove(message.sequence(), message);
    }

    /** Whether the message of this sequence was given back and comes again now. */
    boolean comesAgain(long sequence) {
        return !returned.isEmpty() && returned.remove(sequence);
    }

    /** Whether the message of this sequence is known to be done. */
    boolean isDone(long sequence) {
        return done != null && done.contains(sequence);
    }

    void settled(NatsInbound message, String handle) {
        acknowledged = handle;
        if (done != null) {
            done.add(message.sequence());
        }
        inFlight.remove(message.sequence(), message);
    }

    /** The handle of one of the messages acknowledged last; null if there is none. */
    @Nullable
    String acknowledged() {
        return acknowledged;
    }

    /** The lowest sequence handed over and not done, given back or not; {@code otherwise} if there is none. */
    long lowest(long otherwise) {
        long lowest = otherwise;
        for (long sequence : inFlight.keySet()) {
            lowest = Math.min(lowest, sequence);
        }
        for (long sequence : returned) {
            lowest = Math.min(lowest, sequence);
        }
        return lowest;
    }

    @Override
    public String toString() {
        return name + " epoch " + epoch;
    }
}
