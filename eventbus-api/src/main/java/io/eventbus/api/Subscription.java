package io.eventbus.api;

import java.time.Duration;

/**
 * A running subscription. Once closed it stays closed; subscribing again with the same spec goes on where it ended.
 *
 * <p>Concurrency: all methods may be called from any thread, a handler included.
 */
public interface Subscription extends AutoCloseable {

    /** What it was started with. */
    SubscriptionSpec spec();

    /** What it has done and holds now. */
    SubscriptionStats stats();

    /** Its state; never blocks on the broker. */
    Health.Component health();

    /**
     * Stops handing events to handlers: none starts any more from at most a second later, and those that run end as ever. Events that were
     * received are kept, also from the broker's redelivery, and so is the membership of the group, for as long as it takes. Idempotent;
     * without effect once closed.
     */
    void pause();

    /** Goes on after {@link #pause()}, within a second, with what was kept and then with what comes. Idempotent; without effect once closed. */
    void resume();

    /**
     * Stops fetching, works off what was received for up to half of the time, then lets running handlers end and gives back what was not
     * started or waits for a retry. The group and its position
     * stay on the broker. Idempotent; a second call waits for the first. From inside one of its own handlers it does not wait for that
     * handler.
     *
     * @param timeout the most time to take; what is not finished then is given back to the broker and handled again later
     * @return what could not be finished
     */
    CloseReport close(Duration timeout);

    /** Closes within 30 seconds. */
    @Override
    default void close() {
        close(Duration.ofSeconds(30));
    }
}
