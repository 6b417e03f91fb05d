package io.eventbus.core.publish;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few daemon threads with one queue, on which foreign code runs. They start when there is work. What a task throws is counted and logged.
 *
 * <p>Waking a thread costs more than most tasks. So a task that is added while a thread is at work wakes nobody: that thread takes it next.
 * Lest a task waits behind one that blocks, a patrol on the timer looks every {@value #PATROL_MILLIS} ms, while tasks are waiting, and sends one
 * more thread. Under load all threads are at work soon, and none is woken at all.
 *
 * <p>Where the system refuses a thread, the tasks wait, and one is asked for again every {@value #REFUSED_MILLIS} ms and with each further task.
 *
 * <p>After {@link #close} the threads end as soon as there is no work. A task that comes later still runs: a thread is started for
 * it and ends after it.
 *
 * <p>Concurrency: {@link #execute} may be called from any thread and never blocks for long. {@code active} counts the threads that are at
 * work or have been sent; it changes under the lock. A thread lowers it before it looks at the queue for the last time, and
 * {@link #execute} adds to the queue before it reads it: at least one of them sees the other. The same holds for the patrol's flag.
 */
final class CallbackExecutor {

    private static final Logger LOG = LoggerFactory.getLogger(CallbackExecutor.class);
    private static final int PATROL_MILLIS = 2;
    private static final int REFUSED_MILLIS = 100;

    private final String name;
    private final int maxThreads;
    private final ScheduledExecutorService timer;
    private final Consumer<Thread> starter;
    private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean patrolling = new AtomicBoolean();
    private final LongAdder errors = new LongAdder();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();
    private final Condition quiet = lock.newCondition();

    /** Written under the lock. */
    private volatile int active;

    @GuardedBy("lock")
    private int threads;

    @GuardedBy("lock")
    private int idle;

    @GuardedBy("lock")
    private int sent;

    @GuardedBy("lock")
    private int started;

    @GuardedBy("lock")
    private boolean refused;

    @GuardedBy("lock")
    private boolean closed;

    /** An executor whose threads are named {@code <name>-1}, {@code <name>-2} and so on. */
    CallbackExecutor(String name, int maxThreads, ScheduledExecutorService timer) {
        this(name, maxThreads, timer, Thread::start);
    }

    /** For tests: {@code starter} starts the threads. */
    CallbackExecutor(String name, int maxThreads, ScheduledExecutorService timer, Consumer<Thread> starter) {
        this.name = name;
        this.maxThreads = maxThreads;
        this.timer = timer;
        this.starter = starter;
    }

    /** Runs a task on one of the threads, after those added before have been started. */
    void execute(Runnable task) {
        queue.add(task);
        if (active == 0) {
            sendThreadOrTryAgain();
        } else if (maxThreads > 1) {
            patrolSoon();
        }
    }

    /** Whether the calling thread is one of the executor's. */
    boolean isOwnThread() {
        return Thread.currentThread() instanceof Worker worker && worker.belongsTo(this);
    }

    /** How many tasks have thrown. */
    long errors() {
        return errors.sum();
    }

    /**
     * Lets the threads end when there is no work, and waits until there is none; on one of the threads it does not wait.
     *
     * @return whether there is none left
     */
    boolean close(long timeoutNanos) {
        lock.lock();
        try {
            closed = true;
            wake.signalAll();
            long left = isOwnThread() ? 0 : timeoutNanos;
            while (active > 0 || !queue.isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = quiet.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** False if the system refused a thread that was needed. */
    private boolean sendThread(boolean although) {
        lock.lock();
        try {
            if (active > 0 && !although) {
                return true;
            }
            if (idle > 0) {
                idle--;
                sent++;
                setActive(active + 1);
                wake.signal();
                return true;
            }
            return threads >= maxThreads || startThread();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean startThread() {
        threads++;
        setActive(active + 1);
        try {
            starter.accept(new Worker(this, name + "-" + ++started));
            refused = false;
            return true;
        } catch (OutOfMemoryError e) { // what the JVM throws when the system refuses a thread
            threads--;
            setActive(active - 1);
            if (!refused) {
                refused = true;
                LOG.error("The system refuses a thread for {}; callbacks wait until it gives one", name, e);
            }
            return false;
        }
    }

    private void sendThreadOrTryAgain() {
        if (!sendThread(false)) {
            patrolIn(REFUSED_MILLIS);
        }
    }

    private void patrolSoon() {
        patrolIn(PATROL_MILLIS);
    }

    private void patrolIn(int millis) {
        if (patrolling.get() || !patrolling.compareAndSet(false, true)) {
            return;
        }
        try {
            Future<?> unused = timer.schedule(this::patrol, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            patrolling.set(false);
            sendThread(true); // the timer has been shut down
        } catch (OutOfMemoryError e) { // the timer starts its thread with its first task
            patrolling.set(false);
            LOG.error("The system refuses a thread for the timer of {}", name, e);
        }
    }

    private void patrol() {
        patrolling.set(false);
        if (!queue.isEmpty()) {
            patrolIn(sendThread(true) ? PATROL_MILLIS : REFUSED_MILLIS);
        }
    }

    private void work() {
        do {
            Runnable task = queue.poll();
            while (task != null) {
                run(task);
                task = queue.poll();
            }
        } while (awaitWork());
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            errors.increment();
            LOG.warn(
                    "A callback on {} threw; nothing else is affected",
                    Thread.currentThread().getName(),
                    e);
        }
    }

    /** False if the thread is to end. */
    private boolean awaitWork() {
        lock.lock();
        try {
            setActive(active - 1);
            if (!queue.isEmpty()) {
                setActive(active + 1);
                return true;
            }
            quiet.signalAll();
            idle++;
            while (sent == 0) {
                if (closed) {
                    idle--;
                    threads--;
                    return false;
                }
                wake.awaitUninterruptibly();
            }
            sent--;
            return true;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    @GuardedBy("lock")
    private void setActive(int value) {
        active = value;
    }

    private static final class Worker extends Thread {
        private final CallbackExecutor owner;

        Worker(CallbackExecutor owner, String name) {
            super(name);
            this.owner = owner;
            setDaemon(true);
        }

        boolean belongsTo(CallbackExecutor executor) {
            return owner == executor;
        }

        @Override
        public void run() {
            owner.work();
        }
    }
}
