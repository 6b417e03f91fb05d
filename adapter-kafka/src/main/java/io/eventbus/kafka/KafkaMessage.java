package io.eventbus.kafka;

import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.InboundMessage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record received.
 *
 * <p>Concurrency: immutable but for its slot's flag, the only thing that settling touches.
 */
final class KafkaMessage implements InboundMessage {

    private final Topic topic;
    private final ConsumerRecord<byte[], byte[]> consumed;
    private final KafkaAssignment assignment;
    private final Frontier.Slot slot;
    private final Headers headers;

    KafkaMessage(Topic topic, ConsumerRecord<byte[], byte[]> consumed, KafkaAssignment assignment, Frontier.Slot slot) {
        this.topic = topic;
        this.consumed = consumed;
        this.assignment = assignment;
        this.slot = slot;
        this.headers = KafkaHeaders.fromWire(consumed.headers());
    }

    @Override
    public Topic topic() {
        return topic;
    }

    @Override
    public Position position() {
        return new Position(consumed.topic(), consumed.partition(), consumed.offset());
    }

    @Override
    public Assignment assignment() {
        return assignment;
    }

    /** Always 1: Kafka does not count. */
    @Override
    public int deliveries() {
        return 1;
    }

    @Override
    public Headers headers() {
        return headers;
    }

    @Override
    public byte @Nullable [] key() {
        return consumed.key();
    }

    @Override
    public byte @Nullable [] body() {
        return consumed.value();
    }

    @Override
    public void ack() {
        slot.done();
    }

    /** Does nothing: the poll thread keeps the membership whatever a handler takes. */
    @Override
    public void keepAlive() {}

    /**
     * Does nothing: what is not acknowledged is not committed, so the next owner of the partition begins with it. While this subscription
     * keeps the partition the message is not delivered to it again.
     */
    @Override
    public void giveBack() {}
}
