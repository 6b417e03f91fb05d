package io.eventbus.core.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool's workers and what they are to take up next: one work of each client in turn.
 *
 * <p>Concurrency: one lock guards the round of clients, their queues and the workers' books. It comes last in the order of locks, is held for
 * a few field writes only, and never while anything is called or a thread woken. What was written before {@link #ready} is seen by the
 * worker that takes the work up, and what a worker wrote while it had a work is seen by the next that has it.
 *
 * <p>A worker is busy, idle (in {@link #idle}) or woken (taken from there or made, and not yet back). At most one is woken at a time: it is
 * woken when a client stands in the round, and on its way back wakes the next one if there is still work. So wakes do not pile up under
 * a fast submitter, and whenever a client stands in the round a worker is busy, or on its way.
 */
final class Crew {

    private static final Logger LOG = LoggerFactory.getLogger(Crew.class);

    private final int size;
    private final long idleNanos;
    private final PoolThreads threads;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final ArrayDeque<Client> round = new ArrayDeque<>();

    /** The last to become idle is the first to be woken, so that the surplus ends. */
    @GuardedBy("lock")
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();

    @GuardedBy("lock")
    private final List<Worker> live = new ArrayList<>();

    @GuardedBy("lock")
    private boolean waking;

    @GuardedBy("lock")
    private boolean stopped;

    Crew(int size, long idleNanos, PoolThreads threads) {
        this.size = size;
        this.idleNanos = idleNanos;
        this.threads = threads;
    }

    int size() {
        return size;
    }

    int live() {
        synchronized (lock) {
            return live.size();
        }
    }

    /** Puts the work at the tail of its client's queue. */
    void ready(Client client, Work work) {
        Worker wake;
        synchronized (lock) {
            client.ready.addLast(work);
            enlist(client);
            wake = chooseWake();
        }
        if (wake != null) {
            wake.wake();
        }
    }

    /** Takes everything out of the client's queue; it belongs to the caller then. */
    List<Work> drain(Client client) {
        synchronized (lock) {
            List<Work> all = new ArrayList<>(client.ready);
            client.ready.clear();
            if (client.inRound) {
                client.inRound = false;
                round.remove(client);
            }
            return all;
        }
    }

    /** Whether the current thread is one of the workers. */
    boolean isWorker() {
        synchronized (lock) {
            for (Worker worker : live) {
                if (worker.thread == Thread.currentThread()) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Interrupts the workers that are in a task. */
    void interruptBusy() {
        synchronized (lock) {
            for (Worker worker : live) {
                if (!idle.contains(worker)) {
                    worker.thread.interrupt();
                }
            }
        }
    }

    /** Lets the workers end as soon as there is no work. */
    void stop() {
        List<Worker> leaving = new ArrayList<>();
        synchronized (lock) {
            stopped = true;
            for (Worker worker = idle.pollLast(); worker != null; worker = idle.pollLast()) {
                leaving.add(worker);
            }
        }
        for (Worker worker : leaving) {
            worker.wake();
        }
    }

    /** Ends the worker's last work and gives it the next one, for which it waits; false if the worker is to end. */
    boolean next(Worker worker) {
        while (true) {
            Worker wake = null;
            synchronized (lock) {
                settle(worker);
                Client client = round.pollFirst();
                if (client == null) {
                    if (stopped) {
                        live.remove(worker);
                        return false;
                    }
                    idle.addLast(worker);
                } else {
                    take(worker, client);
                    wake = chooseWake();
                }
            }
            if (worker.task != null) {
                if (wake != null) {
                    wake.wake();
                }
                return true;
            }
            if (!worker.pause(idleNanos) && retire(worker)) {
                return false;
            }
        }
    }

    /** The worker could not be started: the next work that becomes ready tries again. */
    void startFailed(Worker worker, Throwable failure) {
        synchronized (lock) {
            live.remove(worker);
            waking = false;
        }
        LOG.error("could not start worker {}", worker.thread.getName(), failure);
    }

    @GuardedBy("lock")
    private void settle(Worker worker) {
        if (worker.isWoken) {
            worker.isWoken = false;
            waking = false;
        }
        Client client = worker.client;
        Work work = worker.task;
        if (client == null || work == null) {
            return;
        }
        client.running--;
        if (worker.requeue) {
            client.ready.addLast(work);
        }
        enlist(client);
        worker.client = null;
        worker.task = null;
    }

    @GuardedBy("lock")
    private void take(Worker worker, Client client) {
        client.inRound = false;
        client.running++;
        worker.client = client;
        worker.task = client.ready.removeFirst();
        enlist(client);
    }

    @GuardedBy("lock")
    private void enlist(Client client) {
        if (!client.inRound && client.running < client.maxConcurrency && !client.ready.isEmpty()) {
            client.inRound = true;
            round.addLast(client);
        }
    }

    @GuardedBy("lock")
    private @Nullable Worker chooseWake() {
        if (waking || round.isEmpty()) {
            return null;
        }
        Worker worker = idle.pollLast();
        if (worker == null) {
            if (live.size() == size) {
                return null;
            }
            worker = new Worker(this, threads);
            live.add(worker);
        }
        worker.isWoken = true;
        waking = true;
        return worker;
    }

    /** Ends a worker whose idle time is over, unless it has been woken meanwhile. */
    private boolean retire(Worker worker) {
        synchronized (lock) {
            if (idle.remove(worker)) {
                live.remove(worker);
                return true;
            }
        }
        worker.pauseUntilWoken();
        return false;
    }
}
