package io.eventbus.core.pool;

import java.util.Objects;

/**
 * One client's view of a {@link GlobalWorkerPool}.
 *
 * <p>All figures are exact when nothing else goes on, and a moment's view otherwise, and cost a field read each. Every method may be called
 * from any thread, a task included, and none blocks.
 */
public final class GlobalShare implements AutoCloseable {

    private final GlobalWorkerPool pool;
    private final ShareClient client;

    GlobalShare(GlobalWorkerPool pool, ShareClient client) {
        this.pool = pool;
        this.client = client;
    }

    /**
     * Has the task run, in no particular order. Takes it beyond the share's capacity too, so that nothing is lost that a broker has handed
     * over already: keep to {@link #room} when you ask for more, or use {@link #tryOffer}.
     *
     * @return false only if this share or the pool is closed; the task is neither run nor rejected then
     */
    public boolean submit(PooledTask task) {
        return client.submit(Objects.requireNonNull(task, "task"), true);
    }

    /**
     * Has the task run, in no particular order, if there is room for it.
     *
     * @return false if there is no room, or this share or the pool is closed; the task is neither run nor rejected then
     */
    public boolean tryOffer(PooledTask task) {
        return client.submit(Objects.requireNonNull(task, "task"), false);
    }

    /** Whether {@link #room} is not 0. */
    public boolean hasRoom() {
        return room() > 0;
    }

    /** How many more tasks fit into the share's part of the capacity. Who saw 0 is told through the hook when that has changed. */
    public int room() {
        return client.intake().room();
    }

    /** Tasks accepted and not ended: queued, running and in back-off. */
    public int queued() {
        return client.intake().tasks();
    }

    /** Tasks in back-off. */
    public int waiting() {
        return client.intake().waitingTasks();
    }

    /** Lets every task in back-off run as soon as a worker is free, as if its delay were over. */
    public void wakeAll() {
        client.wakeAll();
    }

    /** Refuses further tasks from now on; what was taken still runs, again and again if it asks for it. Idempotent. */
    @Override
    public void close() {
        pool.close(client);
    }
}
