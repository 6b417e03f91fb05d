package io.eventbus.core.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.eventbus.api.BusClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What both kinds of pools are made of, a crew and a clock, and the life of a pool: open, closing, closed.
 *
 * <p>Concurrency: the lock guards the set of clients and the state; nothing else is locked or called while it is held. {@link #closing} is
 * volatile and written before the clients are looked at: whose last task ends afterwards sees it and wakes the closers.
 */
final class PoolCore {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

    private final PoolSettings settings;
    private final PoolThreads threads;
    private final TaskCaller caller;
    private final Crew crew;
    private final BackoffClock clock;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Set<Client> clients = new HashSet<>();

    @GuardedBy("lock")
    private boolean cut;

    private volatile boolean closing;

    PoolCore(PoolSettings settings) {
        this.settings = settings;
        this.threads = new PoolThreads(settings);
        this.caller = new TaskCaller(settings);
        long idleNanos = shortened(settings.idleTimeout()).toNanos();
        this.crew = new Crew(settings.workers(), idleNanos, threads);
        this.clock = new BackoffClock(threads, idleNanos);
    }

    Crew crew() {
        return crew;
    }

    TaskCaller caller() {
        return caller;
    }

    BackoffClock clock() {
        return clock;
    }

    /** Registers a client. */
    <C extends Client> C open(String name, C client) {
        synchronized (lock) {
            if (closing) {
                throw new BusClosedException("could not open " + name + " at pool " + settings.name()
                        + ": the pool was closed; open clients before, or use another pool");
            }
            clients.add(client);
        }
        return client;
    }

    /** Closes a client, and forgets it once it is quiet. */
    void close(Client client) {
        client.close();
        if (client.isQuiet()) {
            quiet(client);
        }
    }

    /** A client's last task has ended, for now. */
    void quiet(Client client) {
        if (!client.isClosed() && !closing) {
            return;
        }
        synchronized (lock) {
            if (client.isClosed() && client.isQuiet()) {
                clients.remove(client);
            }
            lock.notifyAll();
        }
    }

    List<Client> clients() {
        synchronized (lock) {
            return new ArrayList<>(clients);
        }
    }

    /** Closes the pool; true if all accepted tasks have ended by themselves. */
    boolean close(Duration timeout) {
        closing = true;
        for (Client client : clients()) {
            client.close();
        }
        long end = System.nanoTime() + shortened(timeout).toNanos();
        if (!crew.isWorker()) {
            return finish(end);
        }
        threads.closer(() -> finish(end)).start();
        return false;
    }

    private boolean finish(long end) {
        boolean drained = awaitQuiet(end);
        if (!drained) {
            cutOff();
        }
        crew.stop();
        clock.stop();
        synchronized (lock) {
            return drained && !cut;
        }
    }

    private void cutOff() {
        synchronized (lock) {
            cut = true;
        }
        for (Client client : clients()) {
            client.cutOff();
        }
        crew.interruptBusy();
    }

    private boolean awaitQuiet(long end) {
        synchronized (lock) {
            while (!allQuiet()) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(lock, Math.max(left, 1_000_000));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
            return true;
        }
    }

    @GuardedBy("lock")
    private boolean allQuiet() {
        for (Client client : clients) {
            if (!client.isQuiet()) {
                return false;
            }
        }
        return true;
    }

    private static Duration shortened(Duration duration) {
        return duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
    }
}
