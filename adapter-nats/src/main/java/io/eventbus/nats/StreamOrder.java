package io.eventbus.nats;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a keyed subscription hands over next: everything of its subject in stream order, each once. Pure: it is told what arrived and what
 * was read from the stream, and says what to do.
 *
 * <p>It knows the next stream sequence it owes. A message that arrives with a later one waits here until it is certain that nothing lies
 * between: either the consumer's own delivery count shows it (first deliveries with consecutive delivery numbers leave nothing out), or
 * the stream itself was read from the owed sequence on. That is how messages are found that the server had put into a broken
 * connection, or had delivered to an owner that died.
 *
 * <p>Concurrency: not safe; guarded by its owner.
 *
 * @param <M> a message
 */
final class StreamOrder<M> {

    private static final long UNKNOWN = Long.MAX_VALUE;

    private long owed;
    private long through;
    private long lastDelivery = UNKNOWN;
    private long lastFirst = UNKNOWN;
    private final TreeMap<Long, Held<M>> held = new TreeMap<>();

    /** An order that owes everything from the given stream sequence on. */
    StreamOrder(long owed) {
        this.owed = owed;
        this.through = owed - 1;
    }

    /** The next sequence owed: what is below was handed over, or is not there, or was done before. */
    long owed() {
        return owed;
    }

    /** The number of messages that arrived and wait for earlier ones. */
    int waiting() {
        return held.size();
    }

    /** Everything up to this sequence was delivered by the server, to us or into the void: what of it is owed must be read. */
    void catchUp(long deliveredThrough) {
        through = Math.max(through, deliveredThrough);
    }

    /** The deliveries that follow have no connection with those before: some may be missing. */
    void interrupted() {
        lastDelivery = UNKNOWN;
        lastFirst = UNKNOWN;
    }

    /** Whether the sequence was handed over before (or is not ours to hand over). */
    boolean isPast(long sequence) {
        return sequence < owed;
    }

    /**
     * Takes note of a delivery and keeps the message if it is owed.
     *
     * @param sequence its place in the stream
     * @param delivery the consumer's number of this delivery, which counts redeliveries too
     * @param first whether it is the first delivery of this message
     * @return whether the message is kept until its turn; false if its sequence is past or already waiting here
     */
    boolean arrived(long sequence, long delivery, boolean first, M message) {
        boolean unbroken = lastDelivery != UNKNOWN && delivery == lastDelivery + 1;
        if (!unbroken) {
            lastFirst = UNKNOWN;
        }
        long nothingFrom = first && lastFirst != UNKNOWN && lastFirst < sequence ? lastFirst + 1 : sequence;
        lastDelivery = delivery;
        if (first) {
            lastFirst = sequence;
        }
        if (isPast(sequence)) {
            return false;
        }
        return held.putIfAbsent(sequence, new Held<>(message, nothingFrom)) == null;
    }

    /** The message of the sequence that waits here, or null. */
    @Nullable
    M waiting(long sequence) {
        Held<M> waiting = held.get(sequence);
        return waiting == null ? null : waiting.message;
    }

    /** The next message whose turn it is, which is then past; null if something must be read first, or nothing is there. */
    @Nullable
    M next() {
        Map.Entry<Long, Held<M>> first = held.firstEntry();
        if (first == null || first.getValue().nothingFrom > owed) {
            return null;
        }
        held.pollFirstEntry();
        owed = first.getKey() + 1;
        return first.getValue().message;
    }

    /** Whether the stream must be read from {@link #owed} on before anything can be handed over. Ask after {@link #next} said null. */
    boolean mustRead() {
        return !held.isEmpty() || owed <= through;
    }

    /**
     * The stream's first message of our subject from {@link #owed} on is at this sequence.
     *
     * @return whether it is owed: it is handed over now and is past. False if it waits here, or is later than what is missing
     */
    boolean found(long sequence) {
        long limit = held.isEmpty() ? through + 1 : held.firstKey();
        if (sequence < limit) {
            owed = sequence + 1;
            return true;
        }
        nothingUpTo(limit);
        return false;
    }

    /** The stream has no message of our subject from {@link #owed} on, or not any more. */
    void foundNothing() {
        nothingUpTo(held.isEmpty() ? through + 1 : held.firstKey());
    }

    /** Gives up what waits here; it is still owed. */
    Iterable<M> drop() {
        var dropped = held.values().stream().map(Held::message).toList();
        held.clear();
        return dropped;
    }

    private void nothingUpTo(long limit) {
        Map.Entry<Long, Held<M>> first = held.firstEntry();
        if (first == null) {
            owed = Math.max(owed, limit);
        } else {
            held.put(first.getKey(), new Held<>(first.getValue().message, owed));
        }
    }

    /** A message that waits, and from where on it is certain that nothing lies before it. */
    private record Held<M>(M message, long nothingFrom) {}
}
