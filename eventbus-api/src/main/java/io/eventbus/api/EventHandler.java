package io.eventbus.api;

/**
 * The application's code for one event.
 *
 * <p>It runs on a worker thread and may block. For one subscription the events of one aggregate are handled one at a time, in stored
 * order; a later event of the aggregate does not start before the outcome of this one is settled. Delivery is at least once: an event
 * may be handled again after a crash, so effects should be idempotent by {@link Envelope#eventId()}.
 *
 * <p>The thread is interrupted when the subscription's maximum processing time is over and when a close runs out of time.
 */
@FunctionalInterface
public interface EventHandler {

    /**
     * Handles one event.
     *
     * @return what is to become of it
     * @throws Exception is taken as {@link Outcome#retry()}, unless the retry policy calls it terminal; so is an {@code Error}
     */
    Outcome handle(Delivery delivery) throws Exception;
}
