package io.eventbus.api.spi;

import io.eventbus.api.Capability;
import io.eventbus.api.Health;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.Set;

/**
 * A broker as the bus sees it: the port that an adapter implements. One instance has at most one life: {@link #start}, use,
 * {@link #close}. It holds one connection (or what its client calls so) for everything.
 *
 * <p>Concurrency: {@link #start} happens before everything else; all other methods may be called from any thread.
 */
public interface Transport {

    /** The adapter's name, for example {@code nats}. */
    String name();

    /** What the broker can do; known without a connection. */
    Set<Capability> capabilities();

    /** Whether a null body arrives as null ({@code true}) or as empty ({@code false}). */
    boolean nullBody();

    /**
     * Connects.
     *
     * @param deliveryTimeout how long a send may take in all, re-sends by the client itself included
     * @throws io.eventbus.api.ConnectionException if the broker cannot be reached or refuses the credentials
     * @throws io.eventbus.api.ConfigurationException if the configuration contradicts itself or the server
     * @throws io.eventbus.api.BusClosedException if it was started before, whatever became of that
     */
    void start(Duration deliveryTimeout);

    /** The largest message, body and headers together, in bytes; known after {@link #start}. */
    long maxMessageBytes();

    /**
     * Makes the topic ready for sending: makes or checks it as the adapter's topology setting says. May wait for the broker. Called by the
     * bus before the first send to a topic, and again after a failure.
     *
     * @param timeout the most time to take
     * @throws io.eventbus.api.EventBusException if it cannot be made ready
     */
    void open(Topic topic, Duration timeout);

    /**
     * Sends a message. Returns at once, never waits for the broker, and does not throw for a broker condition: the outcome goes to the
     * callback. Messages of one key that are sent one after the other are stored in that order if {@link Capability#PIPELINED_KEY_ORDER}
     * is declared; otherwise the bus has one message of a key in flight and re-sends by itself what failed with a retriable error.
     */
    void send(OutboundMessage message, SendCallback done);

    /**
     * Starts a consumer. When this returns, the group exists on the broker.
     *
     * @throws io.eventbus.api.EventBusException if it cannot be started
     */
    TransportSubscription consume(ConsumerSpec spec, Sink sink);

    /** The state of the connection; never waits for the broker. */
    Health.Component health();

    /**
     * What there is to say of it in {@link io.eventbus.api.EventBus#describe()}: its settings, and what it uses on the broker. Never waits for
     * the broker. An adapter without settings need not implement it.
     */
    default TransportDescription describe() {
        return TransportDescription.EMPTY;
    }

    /**
     * Fails sends that are still outstanding and closes the connection. The bus has closed all subscriptions before. Idempotent.
     *
     * @param timeout the most time to take
     */
    void close(Duration timeout);
}
