package io.eventbus.nats;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one transport, those of the NATS client included: its reader, its writer, three dispatchers (acknowledgements, messages,
 * administrative replies) and one timer that also carries the client's events. They do not grow with topics or subscriptions.
 *
 * <p>Concurrency: what runs on the timer never waits, so that time-outs are kept.
 */
final class NatsThreads implements AutoCloseable {

    private final ExecutorService client;
    private final ScheduledThreadPoolExecutor timer;

    NatsThreads(String name) {
        this.client = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), named(name + "-nats-"));
        this.timer = new ScheduledThreadPoolExecutor(1, named(name + "-nats-timer-"));
        this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.timer.setRemoveOnCancelPolicy(true);
    }

    /** For the client's reader, writer, dispatchers and attempts to connect: a thread each. */
    ExecutorService client() {
        return client;
    }

    /** For time-outs and for the client's events: one thread, tasks in order. */
    ScheduledThreadPoolExecutor timer() {
        return timer;
    }

    /** Runs a task on the timer after a delay, unless it is closed by then. */
    void later(Duration delay, Runnable task) {
        try {
            var unused = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // Closed meanwhile: nothing is to be done any more.
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        client.shutdownNow();
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
