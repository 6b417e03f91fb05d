package io.eventbus.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.ConnectionException;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventBus;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Headers;
import io.eventbus.api.InvalidInputException;
import io.eventbus.api.Outcome;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishResult;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import io.eventbus.api.config.Secret;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Transport;
import io.eventbus.core.EventBusBuilder;
import io.eventbus.kafka.KafkaConfig;
import io.eventbus.kafka.KafkaTransport;
import io.eventbus.nats.NatsConfig;
import io.eventbus.nats.NatsTransport;
import io.eventbus.testkit.broker.NatsServer;
import io.eventbus.testkit.broker.NatsServerOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input on real brokers: a typed error that says what to do, or the dead letter; nothing lost, nothing hung. */
class BadInputIT {

    private static RealBrokers brokers;

    @BeforeAll
    static void start() {
        brokers = new RealBrokers();
    }

    @AfterAll
    static void stop() {
        brokers.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nats", "kafka"})
    void anOversizedPayloadFailsTerminallyAndNamesTheLimit(String broker) throws Exception {
        try (EventBus bus =
                EventBusBuilder.over(brokers.transports(broker).get()).start()) {
            int tooMuch = (int) bus.capabilities().maxPayloadBytes() + 1;
            CompletableFuture<PublishResult> result = new CompletableFuture<>();
            bus.publish(
                    topic(), Envelope.builder("Big").payload(new byte[tooMuch]).build(), result::complete);
            assertThat(result.get(30, TimeUnit.SECONDS)).isInstanceOfSatisfying(PublishResult.Failed.class, failed -> {
                assertThat(failed.retriable()).isFalse();
                assertThat(failed.error())
                        .isInstanceOfSatisfying(
                                PublishException.class,
                                e -> assertThat(e.reason()).isEqualTo(PublishException.Reason.TOO_LARGE));
                assertThat(failed.error()).hasMessageContaining(String.valueOf(tooMuch - 1));
            });
        }
    }

    @Test
    void anIllegalTopicIsRefusedBeforeAnythingIsSent() {
        assertThatThrownBy(() -> Topic.of("orders.*")).isInstanceOf(InvalidInputException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nats", "kafka"})
    void foreignCorruptAndLyingMessagesAreDeadLetteredAndTheFlowGoesOn(String broker) throws Exception {
        Topic topic = topic();
        List<String> handled = new CopyOnWriteArrayList<>();
        try (EventBus bus =
                EventBusBuilder.over(brokers.transports(broker).get()).start()) {
            Subscription subscription =
                    bus.subscribe(SubscriptionSpec.builder(topic, "bad").build(), delivery -> {
                        handled.add(delivery.envelope().eventType());
                        return Outcome.ack();
                    });
            byte[] body = "hello, this is no event".getBytes(StandardCharsets.UTF_8);
            sendRaw(broker, topic, Headers.empty(), body);
            sendRaw(broker, topic, Headers.empty(), "{\"event_id\":\"x\"}".getBytes(StandardCharsets.UTF_8));
            sendRaw(broker, topic, lz4("2147483647"), body);
            sendRaw(broker, topic, lz4("-1"), body);
            sendRaw(broker, topic, lz4("23"), body);
            bus.publish(topic, Envelope.builder("Good").aggregateId("a").build())
                    .toCompletableFuture()
                    .get(30, TimeUnit.SECONDS);
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(handled).containsExactly("Good");
                assertThat(subscription.stats().deadLettered()).isEqualTo(5);
                assertThat(subscription.stats().inFlight()).isZero();
            });
        }
    }

    @Test
    void anUnknownKeyIsRefusedWithASuggestion() {
        assertThatThrownBy(() -> NatsConfig.from(Map.of("eventbus.nats.ack-wiat", "1s"), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("did you mean eventbus.nats.ack-wait?");
        assertThatThrownBy(() -> KafkaConfig.from(
                        Map.of("eventbus.kafka.bootstrap-servers", "localhost:1", "eventbus.kafka.partitoins", "1"),
                        Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("did you mean eventbus.kafka.partitions?");
    }

    @Test
    void wrongCredentialsOnNatsAreATerminalErrorWithoutTheSecret() {
        NatsServerOptions options =
                NatsServerOptions.defaults().withConfig("authorization { user: orders, password: right }");
        try (NatsServer server = NatsServer.start(options)) {
            NatsConfig wrong = NatsConfig.builder()
                    .servers(server.url())
                    .user("orders", Secret.of("not-that-one"))
                    .build();
            assertThatThrownBy(
                            () -> EventBusBuilder.over(new NatsTransport(wrong)).start())
                    .isInstanceOfSatisfying(
                            ConnectionException.class,
                            e -> assertThat(e.retriable()).isFalse())
                    .hasMessageNotContaining("not-that-one");
            NatsConfig right = NatsConfig.builder()
                    .servers(server.url())
                    .user("orders", Secret.of("right"))
                    .build();
            EventBusBuilder.over(new NatsTransport(right)).start().close();
        }
    }

    @Test
    void noBrokerThereIsARetriableErrorThatNamesTheAddress() {
        NatsConfig nats = NatsConfig.builder()
                .servers("nats://127.0.0.1:1")
                .connectTimeout(Duration.ofSeconds(2))
                .build();
        assertThatThrownBy(() -> EventBusBuilder.over(new NatsTransport(nats)).start())
                .isInstanceOfSatisfying(
                        ConnectionException.class,
                        e -> assertThat(e.retriable()).isTrue())
                .hasMessageContaining("127.0.0.1:1");
        KafkaConfig kafka = KafkaConfig.builder()
                .bootstrapServers("127.0.0.1:1")
                .connectTimeout(Duration.ofSeconds(3))
                .build();
        assertThatThrownBy(() -> EventBusBuilder.over(new KafkaTransport(kafka)).start())
                .isInstanceOfSatisfying(
                        ConnectionException.class,
                        e -> assertThat(e.retriable()).isTrue())
                .hasMessageContaining("127.0.0.1:1");
    }

    private static Headers lz4(String claimedSize) {
        return Headers.of("X-Eventbus-Encoding", "lz4", "X-Eventbus-Size", claimedSize);
    }

    private static Topic topic() {
        return Topic.of("bad-" + UUID.randomUUID());
    }

    /** Writes to the topic past the bus, as a foreign program would. */
    private static void sendRaw(String broker, Topic topic, Headers headers, byte[] body) throws Exception {
        Transport transport = brokers.transports(broker).get();
        transport.start(Duration.ofSeconds(20));
        try {
            transport.open(topic, Duration.ofSeconds(20));
            CompletableFuture<Position> stored = new CompletableFuture<>();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            transport.send(
                    new OutboundMessage(topic, UUID.randomUUID().toString(), null, headers, body, deadline),
                    new SendCallback() {
                        @Override
                        public void acknowledged(Position position, boolean duplicate) {
                            stored.complete(position);
                        }

                        @Override
                        public void failed(EventBusException error) {
                            stored.completeExceptionally(error);
                        }
                    });
            stored.get(30, TimeUnit.SECONDS);
        } finally {
            transport.close(Duration.ofSeconds(5));
        }
    }
}
