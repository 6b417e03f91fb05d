package io.eventbus.core.pool;

import java.time.Duration;

/** A task's word on whether it is finished. Immutable. */
public final class TaskResult {

    private static final TaskResult DONE = new TaskResult(-1);
    private static final TaskResult AT_ONCE = new TaskResult(0);

    /** What is longer is cut to this: about 146 years, half of what {@link System#nanoTime} can tell apart. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    private final long delayNanos;

    private TaskResult(long delayNanos) {
        this.delayNanos = delayNanos;
    }

    /** The task is finished; the next one of its key may start. */
    public static TaskResult done() {
        return DONE;
    }

    /**
     * The same task is to be run again after the delay. It holds no worker meanwhile; in a lane the later tasks of the key wait for it.
     *
     * @param after the least time until the next run; zero for as soon as others had their turn
     * @throws IllegalArgumentException if the delay is negative
     */
    public static TaskResult again(Duration after) {
        if (after.isNegative()) {
            throw new IllegalArgumentException("delay " + after + " of a task's next run is negative");
        }
        if (after.isZero()) {
            return AT_ONCE;
        }
        return new TaskResult(after.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : after.toNanos());
    }

    boolean isDone() {
        return this == DONE;
    }

    /** The delay of the next run, of a result that is not done. */
    long delayNanos() {
        return delayNanos;
    }

    @Override
    public String toString() {
        return isDone() ? "done" : "again after " + Duration.ofNanos(delayNanos);
    }
}
