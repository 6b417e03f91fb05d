package io.eventbus.kafka;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Headers;
import io.eventbus.api.Ordering;
import io.eventbus.api.Position;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.TransportSubscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A started transport for a test, with short words for what tests do. */
final class KafkaNode implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Headers HEADERS = Headers.of("X-Event-Type", "thing", "X-Note", "ü and %");

    final KafkaTransport transport;

    private KafkaNode(KafkaTransport transport) {
        this.transport = transport;
    }

    static KafkaNode start(KafkaConfig config) {
        return start(config, Duration.ofSeconds(60));
    }

    static KafkaNode start(KafkaConfig config, Duration deliveryTimeout) {
        KafkaTransport transport = new KafkaTransport(config);
        transport.start(deliveryTimeout);
        return new KafkaNode(transport);
    }

    static KafkaNode at(String bootstrap) {
        return start(quick(bootstrap).build());
    }

    /** A configuration that notices rebalances and dead members soon. */
    static KafkaConfig.Builder quick(String bootstrap) {
        return KafkaConfig.builder()
                .bootstrapServers(bootstrap)
                .sessionTimeout(Duration.ofSeconds(6))
                .heartbeatInterval(Duration.ofMillis(200))
                .commitInterval(Duration.ofMillis(100));
    }

    static Topic newTopic() {
        return Topic.of("t-" + UUID.randomUUID());
    }

    Topic opened() {
        Topic topic = newTopic();
        transport.open(topic, PATIENCE);
        return topic;
    }

    static OutboundMessage message(Topic topic, String key, String body) {
        byte[] bytes = body == null ? null : body.getBytes(StandardCharsets.UTF_8);
        return new OutboundMessage(topic, UUID.randomUUID().toString(), key, HEADERS, bytes, 0);
    }

    CompletableFuture<Position> send(Topic topic, String key, String body) {
        CompletableFuture<Position> result = new CompletableFuture<>();
        transport.send(message(topic, key, body), new SendCallback() {
            @Override
            public void acknowledged(Position position, boolean duplicate) {
                result.complete(position);
            }

            @Override
            public void failed(EventBusException error) {
                result.completeExceptionally(error);
            }
        });
        return result;
    }

    /** Sends bodies {@code from} to {@code to}, each keyed by itself modulo {@code keys}, and waits for them. */
    void sendAll(Topic topic, int from, int to, int keys) throws Exception {
        CompletableFuture<?>[] results = new CompletableFuture<?>[to - from];
        for (int i = from; i < to; i++) {
            results[i - from] = send(topic, "k" + i % keys, String.valueOf(i));
        }
        CompletableFuture.allOf(results).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    TransportSubscription consume(Topic topic, StartPosition start, Sink sink) {
        return transport.consume(
                new ConsumerSpec(topic, "g", Ordering.PER_AGGREGATE, start, 1_000, Duration.ofSeconds(30)), sink);
    }

    TransportSubscription consume(Topic topic, Sink sink) {
        return consume(topic, StartPosition.EARLIEST, sink);
    }

    /** A stop as the bus does it. */
    static void stop(TransportSubscription subscription) {
        subscription.stopFetching();
        subscription.close(Duration.ofSeconds(20));
    }

    @Override
    public void close() {
        transport.close(Duration.ofSeconds(20));
    }
}
