package io.eventbus.memory;

import io.eventbus.api.ConnectionException;
import io.eventbus.api.Topic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker in this process: logs of topics and the positions of consumer groups. Any number of {@link MemoryTransport}s connect to it,
 * each as if it were a process of its own. What is stored stays until {@link #close}, through {@link #kill} and {@link #restart} too
 * (or as long as {@link MemoryConfig#retainedMessages()} says).
 *
 * <p>Order: a topic has partitions; messages of a key are in one of them, in the order of their arrival. A partition has at most one owner
 * per group at a time, whatever the ordering asked for, and is handed over in stored order.
 *
 * <p>Concurrency: one lock guards everything; the sizes are those of tests and of small applications. Transports put requests into their
 * link and wake the broker's only thread, which applies them under the lock, and calls the callbacks and sinks that follow outside it.
 * Under the lock no foreign code is called. The thread runs while a transport is connected. A member that lets go of a partition may
 * block, so that is done on a thread made for it, which ends when idle. Methods may be called from any thread.
 */
public final class MemoryBroker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryBroker.class);

    /** How many requests of a link are applied before others have a turn. */
    private static final int TURN = 1024;

    final Object lock = new Object();
    private final MemoryConfig config;
    private final LongSupplier nanoTime;
    private final Map<Topic, TopicLog> topics = new HashMap<>();
    private final List<Link> links = new ArrayList<>();
    private final Deque<MemoryConsumer> ready = new ArrayDeque<>();
    private List<PendingSend> completed = new ArrayList<>();
    private boolean alive = true;
    private boolean closed;
    private boolean work;
    private boolean waiting;
    private boolean timerSet;
    private long timer;
    private boolean inRound;
    private long roundsDone;
    private @Nullable Thread thread;
    private @Nullable ExecutorService background;

    /** A broker with {@link MemoryConfig#DEFAULT}. */
    public MemoryBroker() {
        this(MemoryConfig.DEFAULT);
    }

    /** A broker with the given limits and times. */
    public MemoryBroker(MemoryConfig config) {
        this(config, System::nanoTime);
    }

    /** A broker with a clock of the caller's, who calls {@link #clockMoved} when it is set forward. */
    MemoryBroker(MemoryConfig config, LongSupplier nanoTime) {
        this.config = config;
        this.nanoTime = nanoTime;
    }

    /** The limits and times. */
    public MemoryConfig config() {
        return config;
    }

    /** Makes a topic; does nothing if it is there. */
    public void createTopic(Topic topic) {
        synchronized (lock) {
            topics.computeIfAbsent(topic, t -> new TopicLog(t, config));
        }
    }

    /**
     * Dies as if killed: all connections are lost with what is under way in them; what is stored and what is acknowledged stays. Until
     * {@link #restart} nobody can connect.
     */
    public void kill() {
        synchronized (lock) {
            if (alive) {
                LOG.info("memory broker killed");
                die();
            }
        }
    }

    /**
     * Lives again; transports connect by themselves.
     *
     * @throws IllegalStateException if the broker is closed
     */
    public void restart() {
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("restart of a closed memory broker; make a new one");
            }
            if (!alive) {
                alive = true;
                LOG.info("memory broker restarted");
                List.copyOf(links).forEach(Link::brokerLives);
                lock.notifyAll();
            }
        }
    }

    /** Ends for good and drops everything stored. Transports stay to be closed by their owners. Idempotent. */
    @Override
    public void close() {
        synchronized (lock) {
            die();
            closed = true;
            topics.clear();
        }
    }

    boolean isAlive() {
        return alive;
    }

    long now() {
        return nanoTime.getAsLong();
    }

    void clockMoved() {
        synchronized (lock) {
            wake();
        }
    }

    /** Takes a link in. */
    void connect(Link link) {
        synchronized (lock) {
            if (!alive) {
                throw new ConnectionException(
                        "connect to the memory broker: it is " + (closed ? "closed" : "not running"), !closed, null);
            }
            links.add(link);
            wake();
        }
    }

    /** Ends a link; returns when its last callbacks have been called, or when the time is over. */
    void disconnect(Link link, long nanos) {
        synchronized (lock) {
            link.close();
            wake();
            long told = roundsDone + (inRound ? 2 : 1);
            awaitElsewhere(() -> thread == null || (hasOpenLinks() && roundsDone >= told), nanos);
        }
    }

    /** How many messages of the topic are on their way to or with subscriptions of the group, neither acknowledged nor given back. */
    public int unsettled(Topic topic, String group) {
        synchronized (lock) {
            TopicLog log = topics.get(topic);
            return log == null ? 0 : log.unsettled(group);
        }
    }

    /** The topic, made if that is asked for and allowed; null if it is missing. */
    @Nullable
    TopicLog topic(Topic topic, boolean create) {
        if (create && config.createTopics() && !closed) {
            createTopic(topic);
        }
        return topics.get(topic);
    }

    void completed(PendingSend send) {
        completed.add(send);
        wake();
    }

    void ready(MemoryConsumer consumer) {
        ready.add(consumer);
        wake();
    }

    /** The thread is to look at the timers at that time. */
    void schedule(long at) {
        if (!timerSet || at - timer < 0) {
            timerSet = true;
            timer = at;
            wake();
        }
    }

    void wake() {
        work = true;
        if (thread == null) {
            thread = new Thread(this::run, "memory-broker");
            thread.setDaemon(true);
            thread.start();
        } else if (waiting) {
            lock.notifyAll();
        }
    }

    /** Waits under the lock until the condition holds; not at all on the broker's own thread, which would make it true. */
    void awaitElsewhere(BooleanSupplier condition, long nanos) {
        if (Thread.currentThread() == thread) {
            return;
        }
        boolean interrupted = false;
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            long left = nanos - (System.nanoTime() - start);
            if (left <= 0) {
                break;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(lock, left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void inBackground(Runnable task) {
        synchronized (lock) {
            if (background == null) {
                background = new ThreadPoolExecutor(
                        0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
                            Thread made = new Thread(work, "memory-broker-revoke");
                            made.setDaemon(true);
                            return made;
                        });
            }
            background.execute(task);
        }
    }

    private void run() {
        while (awaitWork()) {
            List<PendingSend> outcomes;
            List<MemoryConsumer> served;
            synchronized (lock) {
                work = false;
                inRound = true;
                applyRequests();
                fireTimers();
                outcomes = completed;
                completed = new ArrayList<>();
                served = List.copyOf(ready);
                ready.clear();
            }
            for (PendingSend send : outcomes) {
                guarded(send::complete);
            }
            for (MemoryConsumer consumer : served) {
                guarded(consumer::serve);
            }
            synchronized (lock) {
                inRound = false;
                roundsDone++;
                lock.notifyAll();
            }
        }
    }

    /** Waits for something to do; false if there is nothing left and nobody who could bring it. */
    private boolean awaitWork() {
        synchronized (lock) {
            while (!work && !(timerSet && timer - now() <= 0)) {
                if (!hasOpenLinks()) {
                    thread = null;
                    shutDownBackground();
                    lock.notifyAll();
                    return false;
                }
                waiting = true;
                try {
                    if (timerSet) {
                        TimeUnit.NANOSECONDS.timedWait(lock, Math.max(1, timer - now()));
                    } else {
                        lock.wait();
                    }
                } catch (InterruptedException e) {
                    LOG.warn("the memory broker's thread was interrupted; it goes on", e);
                } finally {
                    waiting = false;
                }
            }
            return true;
        }
    }

    private void applyRequests() {
        for (Link link : List.copyOf(links)) {
            if (link.applySome(TURN)) {
                work = true;
            }
        }
    }

    private void fireTimers() {
        if (timerSet && timer - now() <= 0) {
            timerSet = false;
            long now = now();
            for (Link link : List.copyOf(links)) {
                link.fireTimers(now);
                link.endGraces(now);
            }
        }
        links.removeIf(Link::isForgotten);
    }

    private boolean hasOpenLinks() {
        for (Link link : links) {
            if (link.isOpen()) {
                return true;
            }
        }
        return false;
    }

    private void shutDownBackground() {
        if (background != null) {
            background.shutdown();
            background = null;
        }
    }

    private void die() {
        if (alive) {
            links.forEach(Link::brokerDies);
            alive = false;
            lock.notifyAll();
        }
    }

    private static void guarded(Runnable foreign) {
        try {
            foreign.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a callback or sink threw, against its contract; the memory broker goes on", e);
        }
    }
}
