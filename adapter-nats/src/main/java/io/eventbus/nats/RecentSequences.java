package io.eventbus.nats;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The stream sequences that were settled last, in a table of fixed size: an entry is forgotten when a sequence one table length later takes
 * its place. It tells a redelivery whose acknowledgement was lost from one that was never handled; what it has forgotten is handled again.
 *
 * <p>Concurrency: lock-free; added by workers, asked by the fetcher.
 */
final class RecentSequences {

    private final AtomicLongArray table;
    private final int mask;

    /** A memory for at least so many sequences in a row. */
    RecentSequences(int atLeast) {
        int size = Integer.highestOneBit(Math.max(atLeast, 64) * 2 - 1);
        this.table = new AtomicLongArray(size);
        this.mask = size - 1;
    }

    void add(long sequence) {
        table.set((int) sequence & mask, sequence);
    }

    boolean contains(long sequence) {
        return table.get((int) sequence & mask) == sequence;
    }
}
