package io.eventbus.nats;

import io.eventbus.api.Capability;
import io.eventbus.api.Health;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.Transport;
import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.Set;

/** The event bus's transport over NATS JetStream. */
public final class NatsTransport implements Transport {

    private final NatsConfig config;

    /** A transport that connects as configured once it is started. */
    public NatsTransport(NatsConfig config) {
        this.config = config;
    }

    @Override
    public String name() {
        return "nats";
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.PUBLISH_DEDUPLICATION, Capability.DELIVERY_COUNT);
    }

    @Override
    public boolean nullBody() {
        return false;
    }

    @Override
    public void start(Duration deliveryTimeout) {
        throw new UnsupportedOperationException(config.toString());
    }

    @Override
    public long maxMessageBytes() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void open(Topic topic, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void send(OutboundMessage message, SendCallback done) {
        throw new UnsupportedOperationException();
    }

    @Override
    public TransportSubscription consume(ConsumerSpec spec, Sink sink) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Health.Component health() {
        return new Health.Component("connection", Health.Status.DOWN, "not started");
    }

    @Override
    public void close(Duration timeout) {}
}
