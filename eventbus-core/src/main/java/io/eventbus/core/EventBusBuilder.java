package io.eventbus.core;

import io.eventbus.api.EventBus;
import io.eventbus.api.spi.PayloadTranscoder;
import io.eventbus.api.spi.Transport;
import io.eventbus.core.pool.GlobalWorkerPool;
import io.eventbus.core.pool.KeyedWorkerPool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The place where a bus is put together from a transport, settings and, if they are to be shared, worker pools.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class EventBusBuilder {

    private final Transport transport;
    private BusConfig config = BusConfig.DEFAULT;
    private @Nullable KeyedWorkerPool keyedPool;
    private @Nullable GlobalWorkerPool globalPool;
    private final List<PayloadTranscoder> transcoders = new ArrayList<>();

    private EventBusBuilder(Transport transport) {
        this.transport = transport;
    }

    /** A builder of a bus over a transport that has not been started; the bus will own and close it. */
    public static EventBusBuilder over(Transport transport) {
        return new EventBusBuilder(transport);
    }

    /** Sets the settings; {@link BusConfig#DEFAULT} otherwise. */
    public EventBusBuilder config(BusConfig value) {
        this.config = value;
        return this;
    }

    /** Has keyed events handled by this pool, which may serve other buses too and is not closed by this one. */
    public EventBusBuilder keyedPool(KeyedWorkerPool value) {
        this.keyedPool = value;
        return this;
    }

    /** Has unkeyed events handled by this pool, which may serve other buses too and is not closed by this one. */
    public EventBusBuilder globalPool(GlobalWorkerPool value) {
        this.globalPool = value;
        return this;
    }

    /** Adds a way from one content type to another, for subscriptions that ask for a content type of their own. */
    public EventBusBuilder transcoder(PayloadTranscoder value) {
        transcoders.add(value);
        return this;
    }

    /**
     * Connects and starts the bus. A transport has one life, so this works once, whatever came of it; a further bus needs a transport of
     * its own.
     *
     * @throws io.eventbus.api.ConnectionException if the broker cannot be reached or refuses the credentials; nothing is left running then
     * @throws io.eventbus.api.ConfigurationException if settings contradict each other or the server
     * @throws io.eventbus.api.UnsupportedCapabilityException if the broker cannot give what the settings require; nothing is started then
     * @throws io.eventbus.api.BusClosedException if the transport was started before
     */
    public EventBus start() {
        return DefaultEventBus.start(transport, config, keyedPool, globalPool, List.copyOf(transcoders));
    }
}
