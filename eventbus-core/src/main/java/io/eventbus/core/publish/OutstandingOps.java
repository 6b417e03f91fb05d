package io.eventbus.core.publish;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The messages whose owner has not been told an outcome: what the watch over deadlines and the close go through.
 *
 * <p>Concurrency: safe from any thread. They are spread over stripes, each a list with its own lock, so that publishing threads and those
 * that bring acknowledgements seldom meet. The links stand in the messages; nothing is allocated. Whoever waits for the end says
 * so before counting, and whoever removes a message looks for that afterwards: one of them sees the other.
 */
final class OutstandingOps {

    private static final int STRIPES = 16;

    private final Stripe[] stripes = new Stripe[STRIPES];
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private volatile boolean awaited;

    OutstandingOps() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    void add(SendOp op) {
        stripeOf(op).add(op);
    }

    /** Does nothing if it is not there. */
    void remove(SendOp op) {
        stripeOf(op).remove(op);
        if (awaited && size() == 0) {
            lock.lock();
            try {
                none.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    int size() {
        int size = 0;
        for (Stripe stripe : stripes) {
            size += stripe.size();
        }
        return size;
    }

    /** Those whose deadline is not after the given time. */
    List<SendOp> dueAt(long nanos) {
        List<SendOp> due = new ArrayList<>();
        for (Stripe stripe : stripes) {
            stripe.collect(due, nanos, false);
        }
        return due;
    }

    /** All. */
    List<SendOp> all() {
        List<SendOp> all = new ArrayList<>();
        for (Stripe stripe : stripes) {
            stripe.collect(all, 0, true);
        }
        return all;
    }

    /** Waits until there are none; false if there still are when time is up or the thread is interrupted, whose flag is set again then. */
    boolean awaitNone(long timeoutNanos) {
        awaited = true;
        lock.lock();
        try {
            long left = timeoutNanos;
            while (size() > 0) {
                if (left <= 0) {
                    return false;
                }
                left = none.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private Stripe stripeOf(SendOp op) {
        int hash = op.message.messageId().hashCode();
        return stripes[(hash ^ hash >>> 16) & STRIPES - 1];
    }

    private static final class Stripe {
        private final ReentrantLock lock = new ReentrantLock();

        @GuardedBy("lock")
        private @Nullable SendOp latest;

        @GuardedBy("lock")
        private int size;

        void add(SendOp op) {
            lock.lock();
            try {
                SendOp before = latest;
                op.earlier = before;
                if (before != null) {
                    before.later = op;
                }
                latest = op;
                op.registered = true;
                size++;
            } finally {
                lock.unlock();
            }
        }

        void remove(SendOp op) {
            lock.lock();
            try {
                if (!op.registered) {
                    return;
                }
                op.registered = false;
                SendOp earlier = op.earlier;
                SendOp later = op.later;
                if (earlier != null) {
                    earlier.later = later;
                }
                if (later != null) {
                    later.earlier = earlier;
                } else {
                    latest = earlier;
                }
                op.earlier = null;
                op.later = null;
                size--;
            } finally {
                lock.unlock();
            }
        }

        void collect(List<SendOp> into, long nanos, boolean all) {
            lock.lock();
            try {
                for (SendOp op = latest; op != null; op = op.earlier) {
                    if (all || op.message.deadlineNanos() - nanos <= 0) {
                        into.add(op);
                    }
                }
            } finally {
                lock.unlock();
            }
        }

        int size() {
            lock.lock();
            try {
                return size;
            } finally {
                lock.unlock();
            }
        }
    }
}
