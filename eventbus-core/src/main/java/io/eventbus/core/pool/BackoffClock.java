package io.eventbus.core.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool's clock: it calls works when they are due. Waiting costs no worker and no polling: one thread sleeps until the earliest due time,
 * starts with the first work and ends when there was none for the idle time.
 *
 * <p>Concurrency: any thread may set and cancel, also under a lane's or share's lock, which comes before this one's in the order of locks.
 * {@link Work#due} is called on the clock's thread with no lock held, so it may come after a cancel or a reset that ran at the same time: the
 * work checks for itself whether it still waits.
 */
final class BackoffClock implements Alarms, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(BackoffClock.class);

    private final PoolThreads threads;
    private final long idleNanos;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final AlarmHeap heap = new AlarmHeap();

    @GuardedBy("lock")
    private @Nullable Thread thread;

    @GuardedBy("lock")
    private boolean stopped;

    BackoffClock(PoolThreads threads, long idleNanos) {
        this.threads = threads;
        this.idleNanos = idleNanos;
    }

    @Override
    public void set(Work work, long dueAt) {
        synchronized (lock) {
            heap.remove(work);
            heap.add(work, dueAt);
            if (thread == null) {
                startThread();
            } else if (heap.first() == work) {
                lock.notifyAll();
            }
        }
    }

    @Override
    public void cancel(Work work) {
        synchronized (lock) {
            heap.remove(work);
        }
    }

    /** Ends the thread once no work waits. */
    void stop() {
        synchronized (lock) {
            stopped = true;
            lock.notifyAll();
        }
    }

    @Override
    public void run() {
        for (Work work = next(); work != null; work = next()) {
            work.due();
        }
    }

    /** Under the lock, since one of several that set at the same time must start it. If that fails, the next to set tries again. */
    @GuardedBy("lock")
    private void startThread() {
        Thread fresh = threads.timer(this);
        thread = fresh;
        try {
            fresh.start();
        } catch (OutOfMemoryError e) {
            thread = null;
            LOG.error("could not start {}; tasks in back-off wait for the next one to try", fresh.getName(), e);
        }
    }

    /** Waits for the next due work; null when the thread is to end. */
    private @Nullable Work next() {
        long idleEnd = System.nanoTime() + idleNanos;
        synchronized (lock) {
            while (true) {
                Work first = heap.first();
                long left = (first == null ? idleEnd : first.dueAt) - System.nanoTime();
                if (first != null && left <= 0) {
                    heap.remove(first);
                    return first;
                }
                if (first == null && (stopped || left <= 0)) {
                    thread = null;
                    return null;
                }
                try {
                    // Up to a millisecond more: never too early.
                    lock.wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
                } catch (InterruptedException e) {
                    LOG.debug("the clock was interrupted and goes on, since tasks depend on it");
                }
            }
        }
    }
}
