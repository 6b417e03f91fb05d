package io.eventbus.core.pool;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A member of a crew: takes up work until the crew has had none for the idle time.
 *
 * <p>Concurrency: {@link #client}, {@link #task} and {@link #requeue} belong to the worker's thread; {@link #isWoken} is guarded by the
 * crew's lock; {@link #signal} is written by who chose this worker under that lock.
 */
final class Worker implements Runnable {

    final Thread thread;

    /** Chosen for work by the crew and not back in its books yet. */
    boolean isWoken;

    /** Whose work the worker has, and which. */
    @Nullable
    Client client;

    @Nullable
    Work task;

    /** Whether the work just done has more to do. */
    boolean requeue;

    private final Crew crew;
    private boolean started;
    private volatile boolean signal;

    Worker(Crew crew, PoolThreads threads) {
        this.crew = crew;
        this.thread = threads.worker(this);
    }

    @Override
    public void run() {
        while (crew.next(this)) {
            Work work = task;
            requeue = work != null && work.work();
        }
    }

    /** Starts the worker, or ends its pause. Called by the one that chose it, with no lock held. */
    void wake() {
        if (started) {
            signal = true;
            LockSupport.unpark(thread);
            return;
        }
        started = true;
        try {
            thread.start();
        } catch (Throwable failure) {
            crew.startFailed(this, failure);
        }
    }

    /** Waits to be woken; false if that did not happen in time. */
    boolean pause(long nanos) {
        long end = System.nanoTime() + nanos;
        long left = nanos;
        while (!signal && left > 0) {
            LockSupport.parkNanos(crew, left);
            // An interrupt meant for a task that has ended would turn the pause into a busy loop.
            Thread.interrupted();
            left = end - System.nanoTime();
        }
        return takeSignal();
    }

    /** Waits for a signal that is certain to come. */
    void pauseUntilWoken() {
        while (!signal) {
            LockSupport.park(crew);
            Thread.interrupted();
        }
        takeSignal();
    }

    private boolean takeSignal() {
        boolean had = signal;
        signal = false;
        return had;
    }
}
