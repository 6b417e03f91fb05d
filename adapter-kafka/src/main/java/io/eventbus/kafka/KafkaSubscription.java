package io.eventbus.kafka;

import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
    private final Consumer<Duration> whenClosed;

    private KafkaSubscription(PollLoop loop, Thread thread, Consumer<Duration> whenClosed) {
        this.loop = loop;
        this.thread = thread;
        this.whenClosed = whenClosed;
    }

    /**
     * A subscription whose loop runs on a thread of its own.
     *
     * @param whenClosed called after each close with the time that is left of it; on the poll thread before the loop has ended
     */
    static KafkaSubscription start(PollLoop loop, String name, KafkaThreads threads, Consumer<Duration> whenClosed) {
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
        long deadline = System.nanoTime() + timeout.toNanos();
        loop.close(timeout);
        awaitEnd(timeout);
        whenClosed.accept(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }

    private void awaitEnd(Duration timeout) {
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
