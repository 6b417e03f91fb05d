package io.eventbus.api.spi;

import java.time.Duration;

/**
 * A running consumer of an adapter.
 *
 * <p>Concurrency: all methods may be called from any thread.
 */
public interface TransportSubscription {

    /**
     * How often {@link InboundMessage#keepAlive} has to be called for a message that is not settled; zero if never. Usually a third of
     * the time after which the broker delivers again.
     */
    default Duration keepAliveEvery() {
        return Duration.ZERO;
    }

    /** The sink's demand rose from zero (or may have): fetch again. Cheap, never blocks. */
    void demandChanged();

    /**
     * Stops fetching. When this returns, {@link Sink#accept} is not called any more; messages fetched and not handed over were given back.
     * The membership is kept and acks still work. Idempotent.
     */
    void stopFetching();

    /**
     * The subscription is going to be told {@link #close} soon, and no message of it is settled any more. An adapter whose close has to wait may
     * begin with it, so that of several subscriptions that end together none uses up the time of the others. Never waits. Only after
     * {@link #stopFetching}.
     *
     * @param timeout the most time to take in all, as it is going to be told to {@link #close}
     */
    default void leaving(Duration timeout) {}

    /**
     * Passes outstanding acks to the broker and leaves the group. The group and its position stay on the broker, unless it is
     * {@linkplain ConsumerSpec#anonymous() anonymous}: then they are removed. Idempotent.
     *
     * @param timeout the most time to take
     */
    void close(Duration timeout);
}
