package io.eventbus.core.consume;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * The engine's side of an assignment: whether its messages may be started and acked, and how many are being worked on.
 *
 * <p>States: OWNED → LEAVING (nothing new starts, what runs may end and ack) → GONE (nothing is acked any more). A retirement with a grace
 * passes through all three.
 *
 * <p>After {@link #leave} an idle message stays idle, so that whoever called it can give the idle ones back while the others end.
 *
 * <p>Concurrency: the monitor of this object guards the fields and {@code DeliveryTask.holds}; it is a leaf lock. {@link #enter} and {@link #exit} are called by workers,
 * {@link #leave} and {@link #awaitIdle} by whoever revokes or closes.
 */
final class Ownership {

    private enum State {
        OWNED,
        LEAVING,
        GONE
    }

    @GuardedBy("this")
    private State state = State.OWNED;

    @GuardedBy("this")
    private int running;

    /** Whether work on a message may start; if so it is counted until {@link #exit}. A message may be entered twice. */
    synchronized boolean enter(DeliveryTask task) {
        if (state != State.OWNED) {
            return false;
        }
        running++;
        task.holds++;
        return true;
    }

    synchronized void exit(DeliveryTask task) {
        running--;
        task.holds--;
        if (state != State.OWNED) {
            notifyAll();
        }
    }

    /** Whether no work on the message is under way; final once {@link #leave} was called. */
    synchronized boolean idle(DeliveryTask task) {
        return task.holds == 0;
    }

    synchronized boolean mayAck() {
        return state != State.GONE;
    }

    /** From now on nothing starts. */
    synchronized void leave() {
        if (state == State.OWNED) {
            state = State.LEAVING;
        }
    }

    /** From now on nothing is acked. */
    synchronized void gone() {
        state = State.GONE;
    }

    /**
     * Waits until at most {@code own} pieces of work run, or the deadline.
     *
     * @return how many run, less {@code own}
     */
    synchronized int awaitIdle(int own, long deadlineNanos) throws InterruptedException {
        while (running > own) {
            long millis = (deadlineNanos - System.nanoTime() + 999_999) / 1_000_000;
            if (millis <= 0) {
                break;
            }
            wait(millis);
        }
        return running(own);
    }

    /** How many pieces of work run, less {@code own}. */
    synchronized int running(int own) {
        return Math.max(0, running - own);
    }
}
