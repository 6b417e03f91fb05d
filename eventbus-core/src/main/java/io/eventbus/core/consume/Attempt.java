package io.eventbus.core.consume;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/**
 * One call of a handler, which may be declared void from outside while it runs: because it takes too long, or because a close has run out of
 * time. A void attempt's outcome does not count.
 *
 * <p>Concurrency: {@link #begin} and {@link #end} are called by the worker, {@link #expire} by others. The monitor makes sure that an interrupt
 * never reaches the worker after {@link #end}, when it may be at somebody else's event.
 */
final class Attempt {

    /** How an attempt ended as far as its surroundings are concerned. */
    enum End {
        /** In time: the outcome counts. */
        COUNTS,
        /** After the maximum processing time: a failure. */
        TOO_LATE,
        /** After a close had run out of time: neither success nor failure. */
        CUT_OFF
    }

    @GuardedBy("this")
    private @Nullable Thread runner;

    @GuardedBy("this")
    private End end = End.COUNTS;

    private volatile long startedNanos;

    synchronized void begin() {
        startedNanos = System.nanoTime();
        end = End.COUNTS;
        runner = Thread.currentThread();
    }

    /** Ends the attempt and clears what interrupt it may have got. */
    End end() {
        End result;
        synchronized (this) {
            runner = null;
            result = end;
        }
        // Also when nobody here interrupted it: a flag that the handler set must not reach the next event.
        Thread.interrupted();
        return result;
    }

    /** Declares a running attempt void and interrupts it; false if none is running or it is void already. */
    synchronized boolean expire(End why) {
        if (runner == null || end != End.COUNTS) {
            return false;
        }
        end = why;
        runner.interrupt();
        return true;
    }

    synchronized boolean running() {
        return runner != null;
    }

    /** Whether a handler runs although its attempt is void. */
    synchronized boolean overdue() {
        return runner != null && end == End.TOO_LATE;
    }

    /** How long the running attempt has taken; meaningless if none runs. */
    long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }
}
