package io.eventbus.core.publish;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * A round through the outstanding messages that ends those whose time is up: one timer event for all of them instead of one each. It
 * goes round twenty times in a delivery time-out, though at most once in 5 ms and at least once in a second, and only while there are any.
 */
final class DeadlineWatch {

    private static final int ROUNDS = 20;
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Sender sender;
    private final ScheduledExecutorService timer;
    private final LongSupplier clock;
    private final long periodNanos;
    private final AtomicBoolean armed = new AtomicBoolean();

    DeadlineWatch(Sender sender, ScheduledExecutorService timer, LongSupplier clock, long deliveryNanos) {
        this.sender = sender;
        this.timer = timer;
        this.clock = clock;
        this.periodNanos = Math.max(SHORTEST_NANOS, Math.min(LONGEST_NANOS, deliveryNanos / ROUNDS));
    }

    /** There is a message to watch. */
    void arm() {
        if (armed.get() || !armed.compareAndSet(false, true)) {
            return;
        }
        try {
            Future<?> unused = timer.schedule(this::goRound, periodNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            armed.set(false); // the timer has been shut down: the close ends all messages
        }
    }

    private void goRound() {
        armed.set(false);
        for (SendOp op : sender.outstanding().dueAt(clock.getAsLong())) {
            sender.expire(op);
        }
        if (sender.outstanding().size() > 0) {
            arm();
        }
    }
}
