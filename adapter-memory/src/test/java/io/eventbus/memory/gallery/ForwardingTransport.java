package io.eventbus.memory.gallery;

import io.eventbus.api.Capability;
import io.eventbus.api.Health;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.Transport;
import io.eventbus.api.spi.TransportDescription;
import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.Set;

/** A transport that passes everything on to a sound one; defects override what they spoil. */
class ForwardingTransport implements Transport {

    private final Transport sound;

    ForwardingTransport(Transport sound) {
        this.sound = sound;
    }

    @Override
    public String name() {
        return sound.name();
    }

    @Override
    public Set<Capability> capabilities() {
        return sound.capabilities();
    }

    @Override
    public boolean nullBody() {
        return sound.nullBody();
    }

    @Override
    public void start(Duration deliveryTimeout) {
        sound.start(deliveryTimeout);
    }

    @Override
    public long maxMessageBytes() {
        return sound.maxMessageBytes();
    }

    @Override
    public void open(Topic topic, Duration timeout) {
        sound.open(topic, timeout);
    }

    @Override
    public void send(OutboundMessage message, SendCallback done) {
        sound.send(message, done);
    }

    @Override
    public TransportSubscription consume(ConsumerSpec spec, Sink sink) {
        return sound.consume(spec, sink(sink));
    }

    /** The sink that the sound transport is given. */
    Sink sink(Sink asked) {
        return asked;
    }

    @Override
    public TransportDescription describe() {
        return sound.describe();
    }

    @Override
    public Health.Component health() {
        return sound.health();
    }

    @Override
    public void close(Duration timeout) {
        sound.close(timeout);
    }
}
