package io.eventbus.core.consume;

import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.InboundMessage;
import java.time.Instant;

/** A message of a number, of as many bytes, that cannot be settled. */
record Received(int number) implements InboundMessage {

    /** A task for such a message that is never run. */
    static DeliveryTask task(int number, Ownership ownership) {
        return new DeliveryTask(null, ownership, new Received(number), Instant.EPOCH);
    }

    @Override
    public Topic topic() {
        return Topic.of("t");
    }

    @Override
    public Position position() {
        return new Position("t", 0, number);
    }

    @Override
    public Assignment assignment() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int deliveries() {
        return 1;
    }

    @Override
    public Headers headers() {
        return Headers.empty();
    }

    @Override
    public byte[] key() {
        return null;
    }

    @Override
    public byte[] body() {
        return new byte[number];
    }

    @Override
    public void ack() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void keepAlive() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void giveBack() {
        throw new UnsupportedOperationException();
    }
}
