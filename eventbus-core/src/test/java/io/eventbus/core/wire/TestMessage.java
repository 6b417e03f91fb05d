package io.eventbus.core.wire;

import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.OutboundMessage;
import java.nio.charset.StandardCharsets;

/** A received message made of its parts. */
@SuppressWarnings("ArrayRecordComponent") // handed through by reference; never compared
record TestMessage(Headers headers, byte[] key, byte[] body) implements InboundMessage {

    static final Topic TOPIC = Topic.of("orders.created");
    static final Position POSITION = new Position("orders", 3, 17);

    /** What arrives when the message is sent over a broker that keeps keys as headers only. */
    static TestMessage received(OutboundMessage sent) {
        return new TestMessage(sent.headers(), null, sent.body());
    }

    /** A message of a foreign service without any headers. */
    static TestMessage foreign(String body) {
        return new TestMessage(Headers.empty(), null, body.getBytes(StandardCharsets.UTF_8));
    }

    TestMessage withHeader(String name, String value) {
        return new TestMessage(
                headers.toBuilder().remove(name).addTrusted(name, value).build(), key, body);
    }

    TestMessage withBody(byte[] other) {
        return new TestMessage(headers, key, other);
    }

    @Override
    public Topic topic() {
        return TOPIC;
    }

    @Override
    public Position position() {
        return POSITION;
    }

    @Override
    public Assignment assignment() {
        throw new UnsupportedOperationException("the codec is not to look at it");
    }

    @Override
    public int deliveries() {
        return 1;
    }

    @Override
    public void ack() {
        throw new UnsupportedOperationException("the codec is not to settle");
    }

    @Override
    public void keepAlive() {
        throw new UnsupportedOperationException("the codec is not to settle");
    }

    @Override
    public void giveBack() {
        throw new UnsupportedOperationException("the codec is not to settle");
    }
}
