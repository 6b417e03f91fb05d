package io.eventbus.kafka;

import java.time.Duration;

/**
 * The end of a poll loop: whether it has begun, and how much time is left of it.
 *
 * <p>Concurrency: begun by any thread, asked by the poll thread. The deadline is written before the flag that is read first.
 */
final class LoopEnd {

    private volatile long deadline;
    private volatile boolean begun;

    /** Begins the end, once. */
    void begin(Duration timeout) {
        if (!begun) {
            deadline = System.nanoTime() + timeout.toNanos();
            begun = true;
        }
    }

    boolean begun() {
        return begun;
    }

    /** What is left of the time; nothing while it has not begun. */
    Duration remaining() {
        return begun ? Duration.ofNanos(Math.max(0, deadline - System.nanoTime())) : Duration.ZERO;
    }
}
