package io.eventbus.api;

import java.time.Duration;

/**
 * A publisher and subscriber on one broker, with one connection and one life: it is started when it is made, and once closed it stays closed.
 * Publishing and subscribing then fail with {@link BusClosedException}. To go on, make a new bus of the same settings; the groups on the
 * broker go on where they were.
 *
 * <p>Concurrency: all methods may be called from any thread, handlers and callbacks included.
 */
public interface EventBus extends EventPublisher, EventSubscriber, AutoCloseable {

    /** What this bus can do on its broker. */
    Capabilities capabilities();

    /** The state of the bus and its parts. Never waits for the broker and never throws. */
    Health health();

    /** What this bus is set up to do: settings, guarantees and topology. Never waits for the broker; also works when closed. */
    BusDescription describe();

    /**
     * Ends the bus: stops fetching, lets handlers end (they may still publish), settles, waits for outstanding publishes, closes the
     * connection. From the call on, publishes from elsewhere fail with {@link BusClosedException}. Durable groups stay on the
     * broker. Idempotent; a second call waits for the first and gives the same report. From inside a handler or callback it does not wait
     * for that handler or callback.
     *
     * @param timeout the most time to take
     * @return what could not be finished
     */
    CloseReport close(Duration timeout);

    /** Closes within 30 seconds. */
    @Override
    default void close() {
        close(Duration.ofSeconds(30));
    }
}
