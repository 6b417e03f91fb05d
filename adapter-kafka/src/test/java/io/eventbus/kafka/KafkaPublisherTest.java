package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class KafkaPublisherTest {

    private static final Topic TOPIC = Topic.of("orders");

    private final List<MockProducer<byte[], byte[]>> made = new CopyOnWriteArrayList<>();
    private final KafkaHealth health = new KafkaHealth();
    private final KafkaPublisher publisher = new KafkaPublisher(this::producer, health, new KafkaThreads("test"));
    private final Outcomes outcomes = new Outcomes();
    private volatile RuntimeException unusable;

    @Test
    void sendsKeyHeadersAndBodyAsTheyAre() {
        publisher.send(message("e1"), outcomes);
        made.get(0).completeNext();

        assertThat(outcomes.acknowledged).hasSize(1);
        assertThat(made.get(0).history()).singleElement().satisfies(sent -> {
            assertThat(new String(sent.key(), StandardCharsets.UTF_8)).isEqualTo("key-ü");
            assertThat(new String(sent.value(), StandardCharsets.UTF_8)).isEqualTo("body of e1");
            assertThat(KafkaHeaders.fromWire(sent.headers())).isEqualTo(Headers.of("A", "1", "a", "2"));
            assertThat(sent.partition()).isNull();
        });
    }

    @Test
    void reportsATypedFailureAndStaysWithItsProducer() {
        publisher.send(message("e1"), outcomes);
        made.get(0).errorNext(new RecordTooLargeException("limit is 10"));

        assertThat(outcomes.failed)
                .singleElement()
                .isInstanceOfSatisfying(
                        PublishException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE));
        assertThat(made).hasSize(1);
        assertThat(health.component("x").detail()).isEmpty();
    }

    @Test
    void replacesAProducerWhoseStateIsLost() {
        publisher.send(message("e1"), outcomes);
        made.get(0).errorNext(new ProducerFencedException("fenced"));
        assertThat(outcomes.failed).singleElement().returns(true, EventBusException::retriable);

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            publisher.send(message("e2"), outcomes);
            assertThat(made).hasSize(2);
            assertThat(made.get(1).history()).isNotEmpty();
        });
        assertThat(made.get(0).closed()).isTrue();
        assertThat(made.get(0).history()).hasSize(1);
        made.get(1).completeNext();
        assertThat(outcomes.acknowledged).hasSize(1);
    }

    @Test
    void replacesAProducerAlsoWhereOneTopicCannotBeUsedAndTheOldOneDoesNotClose() {
        publisher.load(TOPIC, System.nanoTime());
        unusable = new TopicAuthorizationException("no");
        made.get(0).closeException = new KafkaException("cannot close");
        publisher.send(message("e1"), outcomes);
        made.get(0).errorNext(new ProducerFencedException("fenced"));

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            publisher.send(message("e2"), outcomes);
            assertThat(made).hasSize(2);
            assertThat(made.get(1).history()).isNotEmpty();
        });
        assertThat(made.get(1).closed()).isFalse();
    }

    @Test
    void closesAProducerThatItDoesNotUse() {
        publisher.load(TOPIC, System.nanoTime());
        unusable = new IllegalStateException("broken from the start");
        publisher.send(message("e1"), outcomes);
        made.get(0).errorNext(new ProducerFencedException("fenced"));

        await().atMost(Duration.ofSeconds(10))
                .until(() -> made.size() > 1 && made.get(1).closed());
        unusable = null;
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            publisher.send(message("e2"), outcomes);
            assertThat(made.get(made.size() - 1).history()).isNotEmpty();
        });
    }

    @Test
    void closesAlsoWhenItsProducerFailsToAndKeepsTheInterrupt() {
        made.get(0).closeException = new InterruptException("interrupted");
        publisher.close(Duration.ZERO);
        assertThat(Thread.interrupted()).isTrue();

        made.get(0).closeException = new KafkaException("cannot close");
        publisher.close(Duration.ZERO);
    }

    @Test
    void failsWhatIsSentAfterTheClose() {
        publisher.close(Duration.ZERO);
        publisher.send(message("e1"), outcomes);
        assertThat(outcomes.failed).singleElement().returns(true, EventBusException::retriable);
    }

    @Test
    void isDegradedAfterSeveralFailuresInARowUntilOneIsAcknowledged() {
        for (int i = 0; i < 3; i++) {
            publisher.send(message("e" + i), outcomes);
            made.get(0).errorNext(new org.apache.kafka.common.errors.TimeoutException("late"));
        }
        assertThat(health.component("x").detail()).contains("TIMEOUT");
        publisher.send(message("e4"), outcomes);
        made.get(0).completeNext();
        assertThat(health.component("x").detail()).isEmpty();
    }

    private MockProducer<byte[], byte[]> producer() {
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        producer.partitionsForException = unusable;
        made.add(producer);
        return producer;
    }

    private static OutboundMessage message(String id) {
        return new OutboundMessage(
                TOPIC,
                id,
                "key-ü",
                Headers.of("A", "1", "a", "2"),
                ("body of " + id).getBytes(StandardCharsets.UTF_8),
                0);
    }

    private static final class Outcomes implements SendCallback {

        private final List<Position> acknowledged = new CopyOnWriteArrayList<>();
        private final List<EventBusException> failed = new CopyOnWriteArrayList<>();

        @Override
        public void acknowledged(Position position, boolean duplicate) {
            acknowledged.add(position);
        }

        @Override
        public void failed(EventBusException error) {
            failed.add(error);
        }
    }
}
