package io.eventbus.core.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A timer and clock whose time stands still until a test moves it; tasks run on the thread that does. */
final class HandTimer extends AbstractExecutorService implements ScheduledExecutorService {

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long count;
    private boolean shutdown;

    synchronized long nanoTime() {
        return now;
    }

    /** Moves the time and runs what becomes due, each at its own time. */
    void advance(Duration by) {
        long until = nanoTime() + by.toNanos();
        for (Event event = nextUntil(until); event != null; event = nextUntil(until)) {
            event.run();
        }
    }

    synchronized int pending() {
        events.removeIf(Event::isCancelled);
        return events.size();
    }

    private synchronized Event nextUntil(long until) {
        Event event = events.peek();
        if (event == null || event.at > until) {
            now = until;
            return null;
        }
        now = Math.max(now, event.at);
        return events.poll();
    }

    @Override
    public synchronized ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        if (shutdown) {
            throw new RejectedExecutionException("shut down");
        }
        Event event = new Event(command, now + unit.toNanos(delay), count++);
        events.add(event);
        return event;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initial, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initial, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        return new ArrayList<>();
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return isShutdown();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }

    @Override
    public void execute(Runnable command) {
        schedule(command, 0, TimeUnit.NANOSECONDS);
    }

    private static final class Event extends FutureTask<Object> implements ScheduledFuture<Object> {
        private final long at;
        private final long number;

        Event(Runnable task, long at, long number) {
            super(task, null);
            this.at = at;
            this.number = number;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int compareTo(Delayed other) {
            Event that = (Event) other;
            return at != that.at ? Long.compare(at, that.at) : Long.compare(number, that.number);
        }
    }
}
