package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.ConnectionException;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Health;
import io.eventbus.api.Ordering;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import io.eventbus.api.TopologyException;
import io.eventbus.api.config.Secret;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.testkit.broker.NatsServer;
import io.eventbus.testkit.broker.NatsServerOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Publishing on a real server. */
class NatsPublishIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static NatsServer server;

    @BeforeAll
    static void startServer() {
        server = NatsServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void fiftyThousandEventsWithTenThousandInFlightAreAllAcknowledged() throws Exception {
        Topic topic = topic();
        try (Running running = connect(NatsConfig.builder())) {
            running.transport.open(topic, TIMEOUT);
            assertThat(Feed.many(running.transport, topic, 0, 50_000, 10_000, 1024))
                    .isZero();
            Feed.Result again = Feed.send(running.transport, message(topic, topic + "-49999"));
            assertThat(again.duplicate()).isTrue();
            assertThat(again.position()).isEqualTo(new Position(topic.name().replace('.', '='), 0, 50_000));
        }
    }

    @Test
    void whatTheServerDoesNotTakeFailsWithItsReason() throws Exception {
        Topic topic = topic();
        try (Running running = connect(NatsConfig.builder())) {
            running.transport.open(topic, TIMEOUT);
            long limit = running.transport.maxMessageBytes();
            Feed.Result tooLarge =
                    Feed.send(running.transport, Feed.message(topic, "big", "k", new byte[(int) limit], 30_000));
            assertThat(reason(tooLarge)).isEqualTo(PublishException.Reason.TOO_LARGE);
            assertThat(tooLarge.error()).hasMessageContaining(String.valueOf(limit));
        }
    }

    @Test
    void aTopicThatMustNotBeMadeIsMissing() throws Exception {
        try (Running running = connect(NatsConfig.builder().topology(NatsConfig.Topology.NEVER))) {
            Topic topic = topic();
            running.transport.open(topic, TIMEOUT);
            assertThat(reason(Feed.send(running.transport, message(topic, "1"))))
                    .isEqualTo(PublishException.Reason.TOPIC_MISSING);
        }
    }

    @Test
    void validatingListsWhatIsMissing() {
        Topic topic = topic();
        try (Running maker = connect(
                        NatsConfig.builder().maxMessages(10).maxBytes(1 << 20).storage(NatsConfig.Storage.MEMORY));
                Running checker = connect(NatsConfig.builder().topology(NatsConfig.Topology.VALIDATE))) {
            assertThatThrownBy(() -> checker.transport.open(topic, TIMEOUT))
                    .isInstanceOf(TopologyException.class)
                    .hasMessageContaining("does not exist");
            maker.transport.open(topic, TIMEOUT);
            assertThatThrownBy(() -> checker.transport.open(topic, TIMEOUT))
                    .isInstanceOf(TopologyException.class)
                    .hasMessageContaining("max_msgs is 10")
                    .hasMessageContaining("storage is memory");
        }
    }

    @Test
    void aFullStreamThatRefusesNewMessagesIsUnavailable() throws Exception {
        Topic topic = topic();
        try (Running running = connect(NatsConfig.builder().maxMessages(2).discard(NatsConfig.Discard.NEW))) {
            running.transport.open(topic, TIMEOUT);
            Feed.many(running.transport, topic, 0, 2, 1, 1);
            assertThat(reason(Feed.send(running.transport, message(topic, "3"))))
                    .isEqualTo(PublishException.Reason.UNAVAILABLE);
        }
    }

    @Test
    void topicsOfTwoProgramsShareAStreamWithoutRemovingEachOther() throws Exception {
        String stream = "shared-" + UUID.randomUUID();
        Topic a = topic();
        Topic b = topic();
        try (Running first = connect(NatsConfig.builder().stream(stream));
                Running second = connect(NatsConfig.builder().stream(stream))) {
            first.transport.open(a, TIMEOUT);
            second.transport.open(b, TIMEOUT);
            assertThat(Feed.send(first.transport, message(a, "1")).error()).isNull();
            assertThat(Feed.send(second.transport, message(b, "2")).position().log())
                    .isEqualTo(stream);
        }
    }

    @Test
    void credentialsThatAreRefusedEndTheStartAtOnce() {
        try (NatsServer closed = NatsServer.start(NatsServerOptions.defaults()
                .withConfig("authorization { users = [ { user: sys, password: sys } ] }\nno_auth_user: sys\n"))) {
            NatsTransport transport = new NatsTransport(NatsConfig.builder()
                    .servers(closed.url())
                    .user("sys", Secret.of("wrong-s3cret"))
                    .build());
            assertThatThrownBy(() -> transport.start(Duration.ofSeconds(30)))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("refuses the credentials")
                    .satisfies(
                            e -> assertThat(((EventBusException) e).retriable()).isFalse())
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain("wrong-s3cret"));
        }
    }

    @Test
    void aServerThatIsNotThereIsUnreachable() {
        NatsTransport transport = new NatsTransport(
                NatsConfig.builder().servers("nats://127.0.0.1:1").build());
        assertThatThrownBy(() -> transport.start(Duration.ofSeconds(30)))
                .isInstanceOf(ConnectionException.class)
                .satisfies(e -> assertThat(((EventBusException) e).retriable()).isTrue());
    }

    @Test
    void aClosedTransportRefusesAndLeavesNoThreads() throws Exception {
        Topic topic = topic();
        Running running = connect(NatsConfig.builder().connectionName("leaktest"));
        running.transport.open(topic, TIMEOUT);
        running.close();
        running.close();
        assertThat(Feed.send(running.transport, message(topic, "1")).error()).isInstanceOf(BusClosedException.class);
        await().atMost(TIMEOUT).until(() -> threads("leaktest") == 0);
    }

    @Test
    void threadsDoNotGrowWithSubscriptions() throws Exception {
        try (Running running = connect(NatsConfig.builder()
                .connectionName("threadtest")
                .maxBytes(1 << 20)
                .storage(NatsConfig.Storage.MEMORY))) {
            for (int i = 0; i < 30; i++) {
                Topic topic = topic();
                Recorder sink = Recorder.ofAll(100);
                running.transport.consume(spec(topic, Ordering.PER_AGGREGATE), sink);
                Feed.many(running.transport, topic, 0, 20, 20, 10);
                await().atMost(TIMEOUT).until(() -> sink.seen.size() == 20);
                sink.close();
            }
            assertThat(threads("threadtest")).isLessThanOrEqualTo(6);
        }
    }

    /** One event in flight per key, re-sent with the same id until acknowledged, while the server is killed three times. */
    @Test
    void killedServersLoseNothingAndKeepTheOrderOfEachKey() throws Exception {
        try (NatsServer fragile = NatsServer.start();
                Running running =
                        connect(NatsConfig.builder().servers(fragile.url()).ackTimeout(Duration.ofSeconds(2)))) {
            Topic topic = topic();
            running.transport.open(topic, TIMEOUT);
            int keys = 200;
            AtomicBoolean goOn = new AtomicBoolean(true);
            AtomicInteger active = new AtomicInteger(keys);
            Map<Integer, Integer> acknowledged = new ConcurrentHashMap<>();
            for (int key = 0; key < keys; key++) {
                new KeyDriver(running.transport, topic, key, goOn, active, acknowledged).next();
            }
            for (int kill = 1; kill <= 3; kill++) {
                int before = sum(acknowledged);
                await().atMost(TIMEOUT).until(() -> sum(acknowledged) > before + 2_000);
                fragile.kill();
                fragile.restart();
            }
            int before = sum(acknowledged);
            await().atMost(TIMEOUT).until(() -> sum(acknowledged) > before + 2_000);
            goOn.set(false);
            await().atMost(TIMEOUT).until(() -> active.get() == 0);
            assertThat(running.transport.health().status()).isEqualTo(Health.Status.UP);
            assertStoredOnceAndInOrder(running.transport, topic, acknowledged);
        }
    }

    private static void assertStoredOnceAndInOrder(
            NatsTransport transport, Topic topic, Map<Integer, Integer> acknowledged) {
        Recorder sink = new Recorder(5_000, true, message -> true);
        sink.subscription = transport.consume(spec(topic, Ordering.PER_AGGREGATE), sink);
        await().atMost(TIMEOUT).until(() -> sink.seen.size() >= sum(acknowledged));
        Map<String, Integer> next = new HashMap<>();
        for (var message : sink.messages) {
            String[] parts = new String(message.body(), StandardCharsets.UTF_8).split(":");
            int expected = next.getOrDefault(parts[0], 0);
            assertThat(Integer.parseInt(parts[1]))
                    .as("event of key %s", parts[0])
                    .isEqualTo(expected);
            next.put(parts[0], expected + 1);
        }
        assertThat(sink.messages).hasSize(sum(acknowledged));
        sink.close();
    }

    private static int sum(Map<Integer, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static long threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(name + "-nats"))
                .count();
    }

    private static ConsumerSpec spec(Topic topic, Ordering ordering) {
        return new ConsumerSpec(topic, "group", ordering, StartPosition.EARLIEST, 5_000, Duration.ofMinutes(5));
    }

    private static OutboundMessage message(Topic topic, String id) {
        return Feed.message(topic, id, "k", new byte[10], 30_000);
    }

    private static PublishException.Reason reason(Feed.Result result) {
        assertThat(result.error()).isInstanceOf(PublishException.class);
        return ((PublishException) result.error()).reason();
    }

    private static Topic topic() {
        return Topic.of("it." + UUID.randomUUID());
    }

    private static Running connect(NatsConfig.Builder config) {
        NatsConfig given = config.build();
        boolean own = !given.servers().get(0).endsWith(":4222");
        NatsTransport transport =
                new NatsTransport(own ? given : config.servers(server.url()).build());
        transport.start(Duration.ofSeconds(30));
        return new Running(transport);
    }

    private record Running(NatsTransport transport) implements AutoCloseable {
        @Override
        public void close() {
            transport.close(Duration.ofSeconds(5));
        }
    }

    /** The events of one key, one after the other. */
    private static final class KeyDriver implements SendCallback {

        private final NatsTransport transport;
        private final Topic topic;
        private final int key;
        private final AtomicBoolean goOn;
        private final AtomicInteger active;
        private final Map<Integer, Integer> acknowledged;
        private int number;

        KeyDriver(
                NatsTransport transport,
                Topic topic,
                int key,
                AtomicBoolean goOn,
                AtomicInteger active,
                Map<Integer, Integer> acknowledged) {
            this.transport = transport;
            this.topic = topic;
            this.key = key;
            this.goOn = goOn;
            this.active = active;
            this.acknowledged = acknowledged;
        }

        void next() {
            byte[] body = (key + ":" + number).getBytes(StandardCharsets.UTF_8);
            transport.send(Feed.message(topic, key + "-" + number, "k" + key, body, 30_000), this);
        }

        @Override
        public void acknowledged(Position position, boolean duplicate) {
            number++;
            acknowledged.put(key, number);
            if (goOn.get()) {
                next();
            } else {
                active.decrementAndGet();
            }
        }

        @Override
        public void failed(EventBusException error) {
            assertThat(error.retriable()).as(error.getMessage()).isTrue();
            next();
        }
    }
}
