package io.eventbus.core.pool;

import io.eventbus.api.ConfigurationException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A fixed number of workers that run the tasks of one key one after the other, in the order of their submission, and those of different keys
 * at the same time.
 *
 * <p><b>Guarantees.</b> Keys are told apart exactly, not by hash: a slow or failing key delays no other as long as a worker is free. A
 * task that asks to be run {@linkplain TaskResult#again again} keeps its place; its key waits, and no worker. After 16 tasks a key lets
 * others go first; clients take turns, lane by lane. A task that throws counts as done, whatever it throws. Every accepted task ends in
 * exactly one of a last run and {@link PooledTask#rejected}. Memory per key is used only while the key has tasks.
 *
 * <p><b>Threads.</b> Workers are daemons, start when there is work for them and end when there was none for the idle timeout; so does the
 * one thread that waits for back-offs. A pool that nobody uses has no thread.
 *
 * <p><b>How it works.</b> A client's keys are spread over stripes, each a lock over a map from key to {@code Lane}. A lane is absent, scheduled or
 * waiting; {@code LaneStripe} has the state machine. The submit that makes a lane hands it to the {@code Crew}, whose workers take the next lane
 * of each client in turn. <i>Ownership</i>: whoever takes a lane from the crew's queue owns it until it is put back, waits, or ends; nobody
 * else runs its tasks. <i>Happens before</i>: submit → run of that task → run of the next task of the key; last run → a {@link #close} that
 * returns true. <i>Order of locks</i>: stripe (or share) → clock; the crew's and the pool's lock are taken with no other held. No task, hook or
 * start of a worker happens under a lock.
 */
public final class KeyedWorkerPool implements AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final PoolCore core;

    private KeyedWorkerPool(PoolSettings settings) {
        this.core = new PoolCore(settings);
    }

    /** A builder with all defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** {@link #open(String, int, LaneLimits)} without limits. */
    public KeyedLanes open(String name, int maxConcurrency) {
        return open(name, maxConcurrency, LaneLimits.NONE);
    }

    /** {@link #open(String, int, LaneLimits, Runnable)} without a hook. */
    public KeyedLanes open(String name, int maxConcurrency, LaneLimits limits) {
        return open(name, maxConcurrency, limits, () -> {});
    }

    /**
     * Opens lanes of their own for a client.
     *
     * @param name who it is, for errors
     * @param maxConcurrency the most lanes of it that run at the same time, 0 for as many as there are workers; surplus ones hold no worker
     * @param limits how much it may have here
     * @param roomFreed called after {@link KeyedLanes#submit} was refused for a limit, or {@link KeyedLanes#room} was 0, once there is room
     *     again; on a worker or the thread that made the room, with no lock held; must not block
     * @throws ConfigurationException if {@code maxConcurrency} is negative
     * @throws io.eventbus.api.BusClosedException if the pool is closed
     */
    public KeyedLanes open(String name, int maxConcurrency, LaneLimits limits, Runnable roomFreed) {
        Objects.requireNonNull(roomFreed, "roomFreed");
        return open(name, maxConcurrency, limits, Integer.MAX_VALUE, roomFreed);
    }

    /**
     * Opens lanes of their own for a client that bounds its work itself and wants to know what piles up behind slow keys.
     *
     * @param name who it is, for errors
     * @param maxConcurrency as for {@link #open(String, int, LaneLimits, Runnable)}
     * @param laneShare how many tasks one lane may have before further ones count as {@link KeyedLanes#surplus}; nothing is refused for it
     * @throws ConfigurationException if {@code maxConcurrency} is negative or {@code laneShare} not positive
     * @throws io.eventbus.api.BusClosedException if the pool is closed
     */
    public KeyedLanes open(String name, int maxConcurrency, int laneShare) {
        if (laneShare < 1) {
            throw new ConfigurationException("laneShare " + laneShare + " of " + name + " is not positive");
        }
        return open(name, maxConcurrency, LaneLimits.NONE, laneShare, () -> {});
    }

    private KeyedLanes open(String name, int maxConcurrency, LaneLimits limits, int laneShare, Runnable roomFreed) {
        PoolSettings.checkConcurrency(name, maxConcurrency);
        return new KeyedLanes(
                core, core.open(name, new LaneClient(maxConcurrency, limits, laneShare, core, roomFreed)));
    }

    /** The most workers. */
    public int workers() {
        return core.crew().size();
    }

    /** The workers there are now, busy or idle. */
    public int liveWorkers() {
        return core.crew().live();
    }

    /**
     * Closes all clients, lets what they have run, and then ends the workers. Back-offs are not shortened. What has not ended when the timeout is
     * over is cut off: tasks that do not run are rejected, workers that run one are interrupted, and a task behind a running one is rejected
     * when that ends. An interrupt of the caller ends the wait likewise, with the interrupt flag kept.
     *
     * <p>Idempotent; may be called from several threads. From a task of this pool it returns at once, and a thread of its own does the rest.
     *
     * @return whether every accepted task has ended by itself; false from a task of this pool
     */
    public boolean close(Duration timeout) {
        return core.close(timeout);
    }

    /** {@link #close(Duration)} with 30 seconds. */
    @Override
    public void close() {
        core.close(CLOSE_TIMEOUT);
    }

    /** A builder of pools. Not safe for use by several threads. */
    public static final class Builder {

        private final PoolSettings.Draft draft = new PoolSettings.Draft("eventbus-keyed");

        private Builder() {}

        /** The most workers; 0, the default, for twice the number of cores. */
        public Builder workers(int value) {
            draft.workers(value);
            return this;
        }

        /** The prefix of the threads' names; {@code eventbus-keyed} by default. */
        public Builder name(String value) {
            draft.name(value);
            return this;
        }

        /** Whether the workers are virtual threads; off by default, refused before Java 21. The timer is a platform thread always. */
        public Builder virtualThreads(boolean value) {
            draft.virtualThreads(value);
            return this;
        }

        /** How long a thread lives without work; 60 s by default. */
        public Builder idleTimeout(Duration value) {
            draft.idleTimeout(value);
            return this;
        }

        /** Told about everything that a task throws, on the worker, after it was logged; must not block. */
        public Builder uncaught(Consumer<? super Throwable> hook) {
            draft.uncaught(hook);
            return this;
        }

        /**
         * A pool, without threads as yet.
         *
         * @throws ConfigurationException if a value is out of range or not supported by this Java version
         */
        public KeyedWorkerPool build() {
            return new KeyedWorkerPool(draft.settings());
        }
    }
}
