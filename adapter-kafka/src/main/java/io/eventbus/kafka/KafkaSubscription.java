package io.eventbus.kafka;

import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running consumer, seen from the bus: its poll loop and the thread it runs on.
 *
 * <p>Concurrency: any thread; a call from the poll thread itself does not wait for that thread.
 */
final class KafkaSubscription implements TransportSubscription {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaSubscription.class);

    /** What an interrupted client may take to end. */
    private static final Duration CUT_OFF = Duration.ofSeconds(1);

    private final PollLoop loop;
    private final Thread thread;
    private final Runnable whenClosed;

    private KafkaSubscription(PollLoop loop, Thread thread, Runnable whenClosed) {
        this.loop = loop;
        this.thread = thread;
        this.whenClosed = whenClosed;
    }

    /** A subscription whose loop runs on a thread of its own. */
    static KafkaSubscription start(PollLoop loop, String name, KafkaThreads threads, Runnable whenClosed) {
        return new KafkaSubscription(loop, threads.start(name, loop), whenClosed);
    }

    /** Waits until the group has taken the member in, or for the time given. */
    boolean awaitJoined(Duration timeout) {
        try {
            return loop.joined().await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void demandChanged() {
        loop.wake();
    }

    @Override
    public void stopFetching() {
        loop.stopFetching();
    }

    @Override
    public void leaving(Duration timeout) {
        loop.close(timeout);
    }

    @Override
    public void close(Duration timeout) {
        loop.close(timeout);
        whenClosed.run();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            if (!join(timeout.plus(CUT_OFF))) {
                thread.interrupt();
                if (!join(CUT_OFF)) {
                    LOG.warn("Thread {} did not end in time", thread.getName());
                }
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private boolean join(Duration timeout) throws InterruptedException {
        thread.join(Math.max(1, timeout.toMillis()));
        return !thread.isAlive();
    }
}
