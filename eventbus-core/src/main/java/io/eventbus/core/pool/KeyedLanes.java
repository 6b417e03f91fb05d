package io.eventbus.core.pool;

import java.util.Objects;

/**
 * One client's view of a {@link KeyedWorkerPool}: its lanes, apart from those of other clients even where keys are equal.
 *
 * <p>All figures are exact when nothing else goes on, and a moment's view otherwise; {@link #queued}, {@link #queuedBytes}, {@link #waiting},
 * {@link #waitingBytes}, {@link #surplus}, {@link #surplusBytes} and {@link #room} cost a field read each. Every method may be called from any thread, a task included, and none
 * blocks.
 */
public final class KeyedLanes implements AutoCloseable {

    private final PoolCore core;
    private final LaneClient client;

    KeyedLanes(PoolCore core, LaneClient client) {
        this.core = core;
        this.client = client;
    }

    /** {@link #submit(Object, long, PooledTask)} of a task that weighs nothing. */
    public boolean submit(Object key, PooledTask task) {
        return submit(key, 0, task);
    }

    /**
     * Puts the task at the end of its key's lane. It runs after all earlier tasks of an equal key have ended, and never at the same time as
     * one of them. What one thread submits for a key runs in that order.
     *
     * @param key what tells lanes apart, by {@code equals} and {@code hashCode}; both must be stable, cheap and free of side effects
     * @param bytes what the task weighs against the limits; not negative
     * @return false if the task was not taken, since these lanes or the pool are closed or a limit is reached; what is not taken is never run
     *     nor rejected
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public boolean submit(Object key, long bytes, PooledTask task) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(task, "task");
        if (bytes < 0) {
            throw new IllegalArgumentException("a task's weight of " + bytes + " bytes is negative");
        }
        return client.submit(key, bytes, task);
    }

    /** How many keys have tasks; 0 when quiet. Looks at all stripes: for reports, not for each task. */
    public int lanes() {
        return client.lanes();
    }

    /** Tasks accepted and not ended: queued, running and in back-off. */
    public int queued() {
        return client.intake().tasks();
    }

    /** What the tasks of {@link #queued} weigh. */
    public long queuedBytes() {
        return client.intake().bytes();
    }

    /** Tasks of lanes in back-off, those behind the one that waits included. */
    public int waiting() {
        return client.intake().waitingTasks();
    }

    /** What the tasks of {@link #waiting} weigh. */
    public long waitingBytes() {
        return client.intake().waitingBytes();
    }

    /**
     * Tasks beyond their lane's share, those of lanes in back-off left out: what piles up behind a slow key. A lane that is at work is booked
     * every few tasks, so the figure may be a little high.
     */
    public int surplus() {
        return client.intake().surplusTasks();
    }

    /** What the tasks of {@link #surplus} weigh, about: as if the tasks of a lane were of one weight. */
    public long surplusBytes() {
        return client.intake().surplusBytes();
    }

    /** How many more tasks are taken now; 0 also when the bytes are used up. Who saw 0 is told through the hook when that has changed. */
    public int room() {
        return client.intake().room();
    }

    /** Lets every lane in back-off run its first task as soon as a worker is free, as if its delay were over. */
    public void wakeAll() {
        client.wakeAll();
    }

    /** Refuses further tasks from now on; what was taken still runs, again and again if it asks for it. Idempotent. */
    @Override
    public void close() {
        core.close(client);
    }
}
