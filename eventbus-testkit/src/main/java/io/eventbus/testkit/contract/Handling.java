package io.eventbus.testkit.contract;

import io.eventbus.api.Delivery;

/**
 * One run of a handler for one event.
 *
 * <p>Concurrency: the end is written once, under the lock of its {@link Reading}, and may be read by any thread.
 */
final class Handling {

    /** How a handler ended. */
    enum End {
        RUNNING,
        ACKNOWLEDGED,
        RETRY,
        DEAD_LETTER,
        FAILED,
        /** Its process died. */
        ABANDONED
    }

    private final String node;
    private final Delivery delivery;
    private final long order;
    private final long startNanos = System.nanoTime();
    private volatile long endNanos;
    private volatile End end = End.RUNNING;

    Handling(String node, Delivery delivery, long order) {
        this.node = node;
        this.delivery = delivery;
        this.order = order;
    }

    void end(End how) {
        endNanos = System.nanoTime();
        end = how;
    }

    String node() {
        return node;
    }

    Delivery delivery() {
        return delivery;
    }

    String eventId() {
        return delivery.envelope().eventId();
    }

    int attempt() {
        return delivery.attempt();
    }

    /** The place of its start among all starts of the group. */
    long order() {
        return order;
    }

    long startNanos() {
        return startNanos;
    }

    long endNanos() {
        return endNanos;
    }

    End end() {
        return end;
    }

    @Override
    public String toString() {
        return eventId() + " key " + delivery.envelope().aggregateId() + " at " + delivery.position() + " attempt "
                + delivery.attempt() + " on " + node + " " + end;
    }
}
