package io.eventbus.core.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.eventbus.api.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A fixed number of workers that run tasks without order, fairly: clients that have work take turns, task by task, so that a busy one cannot
 * starve the others.
 *
 * <p><b>Guarantees.</b> A task that asks to be run {@linkplain TaskResult#again again} holds no worker until then. A task that throws counts
 * as done, whatever it throws. Every accepted task ends in exactly one of a last run and {@link PooledTask#rejected}.
 *
 * <p><b>Capacity.</b> The pool's capacity is divided equally between the open shares, each having at least a place for one task. It is kept by
 * demand: a client looks at {@link GlobalShare#room} before it asks its broker for more, and a share takes beyond it what has been
 * handed over all the same. Tasks in back-off do not count, up to a budget as large as the share's part.
 *
 * <p><b>Threads</b>, happens-before and order of locks are as with {@link KeyedWorkerPool}; what is written before a submit is seen by the task.
 */
public final class GlobalWorkerPool implements AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

    private final PoolCore core;
    private final int queueCapacity;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final List<ShareClient> shares = new ArrayList<>();

    private GlobalWorkerPool(PoolSettings settings, int queueCapacity) {
        this.core = new PoolCore(settings);
        this.queueCapacity = queueCapacity;
    }

    /** A builder with all defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** {@link #open(String, int, Runnable)} without a hook. */
    public GlobalShare open(String name, int maxConcurrency) {
        return open(name, maxConcurrency, () -> {});
    }

    /**
     * Opens a share for a client.
     *
     * @param name who it is, for errors
     * @param maxConcurrency the most tasks of it that run at the same time, 0 for as many as there are workers; surplus ones hold no worker
     * @param roomFreed called after {@link GlobalShare#tryOffer} was refused or {@link GlobalShare#room} was 0, once there is room again; on a
     *     worker or the thread that made the room, with no lock held; must not block
     * @throws ConfigurationException if {@code maxConcurrency} is negative
     * @throws io.eventbus.api.BusClosedException if the pool is closed
     */
    public GlobalShare open(String name, int maxConcurrency, Runnable roomFreed) {
        Objects.requireNonNull(roomFreed, "roomFreed");
        PoolSettings.checkConcurrency(name, maxConcurrency);
        ShareClient client = core.open(name, new ShareClient(maxConcurrency, partOf(1), core, roomFreed));
        synchronized (lock) {
            shares.add(client);
            divide();
        }
        return new GlobalShare(this, client);
    }

    /** The most workers. */
    public int workers() {
        return core.crew().size();
    }

    /** The workers there are now, busy or idle. */
    public int liveWorkers() {
        return core.crew().live();
    }

    /** How many tasks the shares are to have queued together. */
    public int queueCapacity() {
        return queueCapacity;
    }

    /**
     * Closes all shares, lets what they have run, and then ends the workers. Back-offs are not shortened. What has not ended when the timeout is
     * over is cut off: tasks that do not run are rejected, and workers that run one are interrupted. An interrupt of the caller ends the wait
     * likewise, with the interrupt flag kept.
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

    void close(ShareClient client) {
        core.close(client);
        List<ShareClient> others;
        synchronized (lock) {
            if (!shares.remove(client)) {
                return;
            }
            divide();
            others = List.copyOf(shares);
        }
        for (ShareClient other : others) {
            other.intake().tellRoom();
        }
    }

    @GuardedBy("lock")
    private void divide() {
        LaneLimits part = partOf(shares.size());
        for (ShareClient share : shares) {
            share.intake().limits(part);
        }
    }

    private LaneLimits partOf(int number) {
        return LaneLimits.of(Math.max(1, queueCapacity / Math.max(1, number)), Long.MAX_VALUE);
    }

    /** A builder of pools. Not safe for use by several threads. */
    public static final class Builder {

        private static final int QUEUED_PER_WORKER = 100;

        private final PoolSettings.Draft draft = new PoolSettings.Draft("eventbus-global");
        private int queueCapacity;

        private Builder() {}

        /** The most workers; 0, the default, for twice the number of cores. */
        public Builder workers(int value) {
            draft.workers(value);
            return this;
        }

        /** How many tasks the shares are to have queued together; 0, the default, for a hundred times the workers. */
        public Builder queueCapacity(int value) {
            queueCapacity = value;
            return this;
        }

        /** The prefix of the threads' names; {@code eventbus-global} by default. */
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
        public GlobalWorkerPool build() {
            if (queueCapacity < 0) {
                throw new ConfigurationException("queueCapacity " + queueCapacity
                        + " of a worker pool is negative; use 0 for a hundred times the workers");
            }
            PoolSettings settings = draft.settings();
            int capacity = queueCapacity == 0 ? settings.workers() * QUEUED_PER_WORKER : queueCapacity;
            return new GlobalWorkerPool(settings, capacity);
        }
    }
}
