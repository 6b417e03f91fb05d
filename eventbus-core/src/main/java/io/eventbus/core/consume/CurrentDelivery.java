package io.eventbus.core.consume;

import io.eventbus.api.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * A mark on threads that are inside a handler: which delivery it was given. There is one for the whole process, since what a handler
 * publishes on another bus is a consequence all the same.
 *
 * <p>Concurrency: each thread has a mark of its own and sees no other, so buses share nothing. The mark is a cell that stays with the thread, so
 * that setting it allocates nothing.
 */
final class CurrentDelivery {

    private static final ThreadLocal<Cell> CURRENT = ThreadLocal.withInitial(Cell::new);

    private CurrentDelivery() {}

    /** Marks the calling thread and returns its mark so far. */
    static @Nullable Delivery enter(Delivery delivery) {
        Cell cell = CURRENT.get();
        Delivery outer = cell.delivery;
        cell.delivery = delivery;
        return outer;
    }

    /** Restores the mark that {@link #enter} returned. */
    static void leave(@Nullable Delivery outer) {
        CURRENT.get().delivery = outer;
    }

    /** What the handler on the calling thread was given; null if there is none. */
    static @Nullable Delivery get() {
        return CURRENT.get().delivery;
    }

    private static final class Cell {
        @Nullable
        Delivery delivery;
    }
}
