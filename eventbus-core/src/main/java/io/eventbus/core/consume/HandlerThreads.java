package io.eventbus.core.consume;

import org.jspecify.annotations.Nullable;

/** A mark on threads that are inside a handler: which message it handles. Concurrency: each thread sees its own mark only. */
final class HandlerThreads {

    @SuppressWarnings("ThreadLocalUsage") // one per bus: a handler of one bus is no handler of another
    private final ThreadLocal<@Nullable DeliveryTask> current = new ThreadLocal<>();

    /** Marks the calling thread and returns its mark so far. */
    @Nullable
    DeliveryTask enter(DeliveryTask task) {
        DeliveryTask outer = current.get();
        current.set(task);
        return outer;
    }

    /** Restores the mark that {@link #enter} returned. */
    void leave(@Nullable DeliveryTask outer) {
        if (outer == null) {
            current.remove();
        } else {
            current.set(outer);
        }
    }

    @Nullable
    DeliveryTask current() {
        return current.get();
    }
}
