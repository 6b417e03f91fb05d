package io.eventbus.kafka;

import java.util.ArrayDeque;

/**
 * How far a partition is done: the lowest offset received and not yet done, or the position after the last one received when all are.
 * Offsets are only compared, never counted on from, so gaps (transaction markers, compaction) do not matter.
 *
 * <p>Concurrency: one thread, the poll thread, calls everything here; any thread calls {@link Slot#done}. The only thing shared is a
 * slot's flag, so there is no lock that a rebalance and an acknowledgement could both want.
 */
final class Frontier {

    /** The position while nothing was received. */
    static final long UNKNOWN = -1;

    private final ArrayDeque<Slot> open = new ArrayDeque<>();
    private long next = UNKNOWN;

    /**
     * A record was received.
     *
     * @param offset higher than all before
     */
    Slot received(long offset) {
        if (offset < next) {
            throw new IllegalArgumentException("offset " + offset + " was received after " + next);
        }
        Slot slot = new Slot(offset);
        open.add(slot);
        next = offset + 1;
        return slot;
    }

    /** The consumer's position after what was received; it may be further on where the log has gaps. */
    void reached(long position) {
        next = Math.max(next, position);
    }

    /** Where a new owner would have to begin, or {@link #UNKNOWN}. Never lower than before. */
    long position() {
        forgetDone();
        Slot first = open.peek();
        return first == null ? next : first.offset;
    }

    /** How many records lie behind the position, those done out of order included. */
    int size() {
        forgetDone();
        return open.size();
    }

    private void forgetDone() {
        Slot first = open.peek();
        while (first != null && first.done) {
            open.remove();
            first = open.peek();
        }
    }

    /** One record received. */
    static final class Slot {

        private final long offset;
        private volatile boolean done;

        private Slot(long offset) {
            this.offset = offset;
        }

        /** The record is settled. Idempotent, from any thread. */
        void done() {
            done = true;
        }
    }
}
