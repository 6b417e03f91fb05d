package io.eventbus.core.publish;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A limited number of places, in messages and in bytes, for publishes without an outcome. It also counts outcomes whose callback has not
 * returned, since these hold memory too: while they are more than the message limit, nobody gets a place but callback threads, which
 * would otherwise wait for themselves. The same holds for messages that have lost their place with their deadline but are still in their lane.
 *
 * <p>A message larger than the byte limit gets a place when there is no other. Places are given in the order of asking, so that a large
 * message is not overtaken for ever by small ones; callback threads come first.
 *
 * <p>Concurrency: safe from any thread. Everything but the count of outcomes is guarded by one lock, which is never held over foreign
 * code. A waiter is granted its place by whoever frees one, under the lock, before it wakes up. The count of outcomes falls outside the
 * lock; the one decrement that reaches the limit takes the lock and grants, and a waiter looks at the count under the lock before
 * it waits, so none is left behind.
 */
final class PublishWindow {

    /** What became of a request for a place. */
    enum Entry {
        /** The caller has a place and must give it back. */
        TAKEN,
        /** There was none within the time. */
        FULL,
        /** The window was closed before there was one. */
        CLOSED,
        /** The thread was interrupted before there was one; its flag is set again. */
        INTERRUPTED
    }

    private final int maxMessages;
    private final long maxBytes;
    private final AtomicInteger undelivered = new AtomicInteger();
    private final AtomicInteger lingering = new AtomicInteger();
    private final AtomicLong lingeringBytes = new AtomicLong();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition backlogFell = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<Waiter> callbackWaiters = new ArrayDeque<>();

    @GuardedBy("lock")
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

    @GuardedBy("lock")
    private int messages;

    @GuardedBy("lock")
    private long bytes;

    @GuardedBy("lock")
    private boolean closed;

    PublishWindow(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /**
     * Takes a place.
     *
     * @param size of the message, in bytes
     * @param callbackThread whether the caller is a callback thread
     * @param waitNanos the longest wait; not positive: none
     */
    Entry take(int size, boolean callbackThread, long waitNanos) {
        lock.lock();
        try {
            if (closed) {
                return Entry.CLOSED;
            }
            boolean first = callbackWaiters.isEmpty() && (callbackThread || waiters.isEmpty());
            if (first && fits(size, callbackThread)) {
                occupy(size);
                return Entry.TAKEN;
            }
            return waitNanos <= 0
                    ? Entry.FULL
                    : await(new Waiter(size, callbackThread, lock.newCondition()), waitNanos);
        } finally {
            lock.unlock();
        }
    }

    /** Gives a place back. */
    void give(int size) {
        lock.lock();
        try {
            messages--;
            bytes -= size;
            grant();
        } finally {
            lock.unlock();
        }
    }

    /** Counts a message without a place that takes memory all the same. */
    void lingers(int size) {
        lingering.incrementAndGet();
        lingeringBytes.addAndGet(size);
    }

    /** Ends {@link #lingers}. */
    void lingersNoMore(int size) {
        lingeringBytes.addAndGet(-size);
        lingering.decrementAndGet();
        lock.lock();
        try {
            grant();
        } finally {
            lock.unlock();
        }
    }

    /** Counts outcomes that are on their way to a callback. */
    void resultsPending(int count) {
        undelivered.addAndGet(count);
    }

    /** Counts outcomes whose callback has returned. */
    void resultsDelivered(int count) {
        int now = undelivered.addAndGet(-count);
        if (fellTo(maxMessages, now, count) || fellTo(backlogLimit(), now, count)) {
            lock.lock();
            try {
                grant();
                backlogFell.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Waits until there is room for the outcome of a publish that gets no place. Refusals are outcomes too: without this, whoever goes on
     * publishing into a full window faster than callbacks run would fill the memory with them.
     */
    void awaitRoomForRefusal(long waitNanos) {
        if (undelivered.get() <= backlogLimit()) {
            return;
        }
        lock.lock();
        try {
            long left = waitNanos;
            while (undelivered.get() > backlogLimit() && !closed && left > 0) {
                left = backlogFell.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Sends away all who wait and gives no place from now on. */
    void close() {
        lock.lock();
        try {
            closed = true;
            callbackWaiters.forEach(waiter -> waiter.wake.signal());
            waiters.forEach(waiter -> waiter.wake.signal());
            backlogFell.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The number of places taken. */
    int messages() {
        lock.lock();
        try {
            return messages;
        } finally {
            lock.unlock();
        }
    }

    /** The bytes of the messages that have a place. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** The number of outcomes whose callback has not returned. */
    int undelivered() {
        return undelivered.get();
    }

    @GuardedBy("lock")
    private Entry await(Waiter waiter, long waitNanos) {
        ArrayDeque<Waiter> queue = waiter.callbackThread ? callbackWaiters : waiters;
        queue.add(waiter);
        boolean interrupted = false;
        long left = waitNanos;
        while (!waiter.granted && !closed && !interrupted && left > 0) {
            try {
                left = waiter.wake.awaitNanos(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (waiter.granted) {
            return Entry.TAKEN;
        }
        queue.remove(waiter);
        grant(); // it may have been a large one at the head
        return closed ? Entry.CLOSED : interrupted ? Entry.INTERRUPTED : Entry.FULL;
    }

    @GuardedBy("lock")
    private void grant() {
        grant(callbackWaiters);
        if (callbackWaiters.isEmpty()) {
            grant(waiters);
        }
    }

    @GuardedBy("lock")
    private void grant(ArrayDeque<Waiter> queue) {
        Waiter waiter = queue.peek();
        while (waiter != null && !closed && fits(waiter.size, waiter.callbackThread)) {
            queue.remove();
            occupy(waiter.size);
            waiter.granted = true;
            waiter.wake.signal();
            waiter = queue.peek();
        }
    }

    @GuardedBy("lock")
    private boolean fits(int size, boolean callbackThread) {
        if (!callbackThread
                && (undelivered.get() > maxMessages
                        || lingering.get() > maxMessages
                        || lingeringBytes.get() > maxBytes)) {
            return false;
        }
        return messages == 0 || messages < maxMessages && bytes + size <= maxBytes;
    }

    @GuardedBy("lock")
    private void occupy(int size) {
        messages++;
        bytes += size;
    }

    private int backlogLimit() {
        return (int) Math.min(Integer.MAX_VALUE, 2L * maxMessages);
    }

    private static boolean fellTo(int limit, int now, int count) {
        return now <= limit && now + count > limit;
    }

    private static final class Waiter {
        final int size;
        final boolean callbackThread;
        final Condition wake;
        boolean granted;

        Waiter(int size, boolean callbackThread, Condition wake) {
            this.size = size;
            this.callbackThread = callbackThread;
            this.wake = wake;
        }
    }
}
