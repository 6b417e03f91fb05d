package io.eventbus.core.publish;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/** A growing pause between two sends of one message: 50 ms, doubling to 1 s, of which up to half is left out at random. */
record Backoff(DoubleSupplier random) {

    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int DOUBLINGS = 5;

    /** The pause after so many failures, at least one. */
    long nanosAfter(int failures) {
        long full = Math.min(LAST_NANOS, FIRST_NANOS << Math.min(failures - 1, DOUBLINGS));
        return full - (long) (full * 0.5 * random.getAsDouble());
    }
}
