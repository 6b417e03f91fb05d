package io.eventbus.kafka;

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

/**
 * The event bus on Kafka: one idempotent producer for everything that is published, one consumer with its own poll thread for each
 * subscription.
 *
 * <p>Guarantees: an acknowledged message is stored by all in-sync replicas; messages of one key are stored in the order they were sent;
 * a position is committed only when everything received before it is settled. See {@code docs/kafka.md}.
 *
 * <p>Concurrency: {@link #start} happens before everything else; all other methods may be called from any thread.
 */
public final class KafkaTransport implements Transport {

    private final KafkaConfig config;

    /** A transport for a cluster of the given configuration. Nothing connects before {@link #start}. */
    public KafkaTransport(KafkaConfig config) {
        this.config = config;
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.PIPELINED_KEY_ORDER, Capability.SHARED_ORDERED_GROUP, Capability.NATIVE_COMPRESSION);
    }

    @Override
    public boolean nullBody() {
        return true;
    }

    @Override
    public void start(Duration deliveryTimeout) {
        throw new UnsupportedOperationException(config.bootstrap());
    }

    @Override
    public long maxMessageBytes() {
        return config.publishing().maxMessageBytes();
    }

    @Override
    public void open(Topic topic, Duration timeout) {
        throw new UnsupportedOperationException(config.bootstrap());
    }

    @Override
    public void send(OutboundMessage message, SendCallback done) {
        throw new UnsupportedOperationException(config.bootstrap());
    }

    @Override
    public TransportSubscription consume(ConsumerSpec spec, Sink sink) {
        throw new UnsupportedOperationException(config.bootstrap());
    }

    @Override
    public Health.Component health() {
        return new Health.Component("connection", Health.Status.DOWN, "not started");
    }

    @Override
    public void close(Duration timeout) {
        // nothing is open yet
    }
}
