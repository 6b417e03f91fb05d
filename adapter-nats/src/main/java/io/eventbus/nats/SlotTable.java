package io.eventbus.nats;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A table of a fixed number of slots for what waits for an answer. A claim gives a token, and whoever first settles the token gets the
 * value: once. A slot that is used again has a new generation, so that a late answer to an earlier use finds nothing.
 *
 * <p>Concurrency: lock-free, all methods from any thread. Free slots form a stack whose head carries a tag against re-use; a slot's state
 * is its generation and a bit for "busy". Value and deadline are written before the state becomes busy, and taken after the state was
 * changed back by the one who settles, so they have one writer at a time.
 */
final class SlotTable<T> {

    private static final int NONE = -1;

    private final int capacity;
    private final AtomicLongArray states;
    private final AtomicReferenceArray<@Nullable T> values;
    private final AtomicLongArray deadlines;
    private final AtomicIntegerArray nextFree;
    private final AtomicLong freeHead;
    private final AtomicInteger used = new AtomicInteger();
    private final AtomicInteger highest = new AtomicInteger();

    SlotTable(int capacity) {
        this.capacity = capacity;
        this.states = new AtomicLongArray(capacity);
        this.values = new AtomicReferenceArray<>(capacity);
        this.deadlines = new AtomicLongArray(capacity);
        this.nextFree = new AtomicIntegerArray(capacity);
        for (int i = 0; i < capacity; i++) {
            nextFree.set(i, i + 1 < capacity ? i + 1 : NONE);
        }
        this.freeHead = new AtomicLong(head(0, 0));
    }

    /** Takes a slot for the value; the token, which is not negative, or -1 if no slot is free. */
    long claim(T value, long deadlineNanos) {
        int slot = pop();
        if (slot == NONE) {
            return NONE;
        }
        values.setPlain(slot, value);
        deadlines.setPlain(slot, deadlineNanos);
        long generation = states.get(slot) >>> 1;
        states.set(slot, generation << 1 | 1);
        if (slot >= highest.get()) {
            highest.accumulateAndGet(slot + 1, Math::max);
        }
        used.incrementAndGet();
        return token(generation, slot);
    }

    /** Frees the slot of the token; its value for the first who does so, null for everyone else and for tokens that never were. */
    @Nullable
    T settle(long token) {
        if (token < 0) {
            return null;
        }
        int slot = (int) (token % capacity);
        long generation = token / capacity;
        if (!states.compareAndSet(slot, generation << 1 | 1, (generation + 1) << 1)) {
            return null;
        }
        T value = values.getPlain(slot);
        values.setPlain(slot, null);
        used.decrementAndGet();
        push(slot);
        return value;
    }

    /** Shows the tokens whose deadline is over to the action, which may settle them. */
    void forEachExpired(long nowNanos, LongConsumer action) {
        int limit = used.get() == 0 ? 0 : highest.get();
        for (int slot = 0; slot < limit; slot++) {
            long state = states.get(slot);
            if (busy(state) && deadlines.get(slot) - nowNanos <= 0) {
                action.accept(token(state >>> 1, slot));
            }
        }
    }

    /** Shows all tokens that are taken to the action, which may settle them. */
    void forEach(LongConsumer action) {
        int limit = highest.get();
        for (int slot = 0; slot < limit; slot++) {
            long state = states.get(slot);
            if (busy(state)) {
                action.accept(token(state >>> 1, slot));
            }
        }
    }

    /** The value of a token that is not settled yet, for deciding whether to settle it; null or a later value if it is settled meanwhile. */
    @Nullable
    T peek(long token) {
        return values.get((int) (token % capacity));
    }

    /** The number of slots taken. */
    int used() {
        return used.get();
    }

    private static boolean busy(long state) {
        return (state & 1) == 1;
    }

    private long token(long generation, int slot) {
        return generation * capacity + slot;
    }

    private int pop() {
        while (true) {
            long head = freeHead.get();
            int slot = (int) head - 1;
            if (slot == NONE) {
                return NONE;
            }
            if (freeHead.compareAndSet(head, head((head >>> 32) + 1, nextFree.get(slot)))) {
                return slot;
            }
        }
    }

    private void push(int slot) {
        while (true) {
            long head = freeHead.get();
            nextFree.set(slot, (int) head - 1);
            if (freeHead.compareAndSet(head, head((head >>> 32) + 1, slot))) {
                return;
            }
        }
    }

    private static long head(long tag, int slot) {
        return tag << 32 | (slot + 1);
    }
}
