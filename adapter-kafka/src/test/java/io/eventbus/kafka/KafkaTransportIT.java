package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.ConnectionException;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Health;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import io.eventbus.api.TopologyException;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.TransportSubscription;
import io.eventbus.kafka.KafkaConfig.Topology;
import io.eventbus.testkit.broker.KafkaServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The transport on a real broker. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class KafkaTransportIT {

    private static KafkaServer server;

    @BeforeAll
    static void startBroker() {
        server = KafkaServer.start();
    }

    @AfterAll
    static void stopBroker() {
        server.close();
    }

    private static KafkaNode node() {
        return KafkaNode.at(server.bootstrapServers());
    }

    private static void awaitReceived(RecordingSink sink, int count) {
        await().atMost(KafkaNode.PATIENCE).until(() -> sink.received() >= count);
    }

    @Test
    void fiftyThousandKeyedMessagesArriveOnceAndInOrderOfTheirKeys() throws Exception {
        int messages = 50_000;
        int keys = 1_000;
        try (KafkaNode node = node()) {
            Topic topic = node.opened();
            RecordingSink sink = RecordingSink.acknowledging();
            TransportSubscription subscription = node.consume(topic, sink);
            long start = System.nanoTime();
            Semaphore window = new Semaphore(10_000);
            List<CompletableFuture<Position>> sent = new ArrayList<>();
            String pad = "x".repeat(1_000);
            for (int i = 0; i < messages; i++) {
                window.acquire();
                CompletableFuture<Position> result = node.send(topic, "k" + i % keys, i + " " + pad);
                sent.add(result.whenComplete((position, error) -> window.release()));
            }
            CompletableFuture.allOf(sent.toArray(new CompletableFuture<?>[0])).get(120, TimeUnit.SECONDS);
            long published = System.nanoTime();
            await().atMost(Duration.ofSeconds(120)).until(() -> sink.received() >= messages);
            long consumed = System.nanoTime();
            KafkaNode.stop(subscription);

            System.out.printf(
                    "Kafka: %d messages of 1 KB published in %d ms, consumed by %d ms%n",
                    messages, (published - start) / 1_000_000, (consumed - start) / 1_000_000);
            Map<String, Integer> last = new HashMap<>();
            for (InboundMessage message : sink.messages) {
                int number = Integer.parseInt(RecordingSink.body(message).split(" ")[0]);
                String key = RecordingSink.key(message);
                assertThat(last.getOrDefault(key, -1)).isEqualTo(number < keys ? -1 : number - keys);
                last.put(key, number);
                assertThat(message.headers().first("x-note")).isEqualTo("ü and %");
                assertThat(message.deliveries()).isEqualTo(1);
            }
            assertThat(sink.messages).hasSize(messages);
            assertThat(last).hasSize(keys);
        }
    }

    @Test
    void consumesABacklogQuickly() throws Exception {
        int messages = 100_000;
        try (KafkaNode node = node()) {
            Topic topic = node.opened();
            node.sendAll(topic, 0, messages, 1_000);
            AtomicInteger seen = new AtomicInteger();
            RecordingSink sink = new RecordingSink(message -> {
                message.ack();
                seen.incrementAndGet();
            });
            long start = System.nanoTime();
            TransportSubscription subscription = node.consume(topic, sink);
            awaitReceived(sink, 1);
            long first = System.nanoTime();
            awaitReceived(sink, messages);
            long last = System.nanoTime();
            KafkaNode.stop(subscription);
            System.out.printf(
                    "Kafka: backlog of %d consumed in %d ms after %d ms of joining%n",
                    messages, (last - first) / 1_000_000, (first - start) / 1_000_000);
            assertThat(seen).hasValue(messages);
        }
    }

    @Test
    void tellsNullFromEmptyAndKeyedFromUnkeyed() throws Exception {
        try (KafkaNode node = node()) {
            Topic topic = node.opened();
            RecordingSink sink = RecordingSink.acknowledging();
            TransportSubscription subscription = node.consume(topic, sink);
            node.send(topic, "k", null).get(30, TimeUnit.SECONDS);
            node.send(topic, "k", "").get(30, TimeUnit.SECONDS);
            node.send(topic, null, "unkeyed").get(30, TimeUnit.SECONDS);
            awaitReceived(sink, 3);
            KafkaNode.stop(subscription);
            assertThat(sink.messages.stream().map(m -> RecordingSink.key(m) + ":" + RecordingSink.body(m)))
                    .containsExactlyInAnyOrder("k:null", "k:", "null:unkeyed");
        }
    }

    @Test
    void positionsRiseWithinAKey() throws Exception {
        try (KafkaNode node = node()) {
            Topic topic = node.opened();
            List<CompletableFuture<Position>> sent = IntStream.range(0, 200)
                    .mapToObj(i -> node.send(topic, "one", "" + i))
                    .toList();
            long last = -1;
            for (CompletableFuture<Position> one : sent) {
                long offset = one.get(30, TimeUnit.SECONDS).offset();
                assertThat(offset).isGreaterThan(last);
                last = offset;
            }
        }
    }

    @Test
    void acksOutOfOrderAndACleanStopLeaveNoDuplicates() throws Exception {
        int messages = 5_000;
        try (KafkaNode node = node()) {
            Topic topic = node.opened();
            node.sendAll(topic, 0, messages, 50);
            List<InboundMessage> held = Collections.synchronizedList(new ArrayList<>());
            Random random = new Random(42);
            RecordingSink first = new RecordingSink(held::add);
            TransportSubscription subscription = node.consume(topic, first);
            awaitReceived(first, messages / 2);
            subscription.stopFetching();
            List<InboundMessage> settled = new ArrayList<>(held);
            Collections.shuffle(settled, random);
            settled.forEach(InboundMessage::ack);
            subscription.close(Duration.ofSeconds(20));

            RecordingSink second = RecordingSink.acknowledging();
            TransportSubscription again = node.consume(topic, second);
            awaitReceived(second, messages - settled.size());
            KafkaNode.stop(again);
            Set<String> all = new HashSet<>(first.bodies());
            assertThat(second.bodies()).doesNotContainAnyElementsOf(all);
            all.addAll(second.bodies());
            assertThat(all).hasSize(messages);
        }
    }

    @Test
    void commitsNeverPassAMessageThatIsNotSettled() throws Exception {
        try (KafkaNode node = node()) {
            Topic topic = node.opened();
            node.sendAll(topic, 0, 100, 1);
            RecordingSink first = new RecordingSink(message -> {
                if (!RecordingSink.body(message).equals("40")) {
                    message.ack();
                }
            });
            TransportSubscription subscription = node.consume(topic, first);
            awaitReceived(first, 100);
            KafkaNode.stop(subscription);
            first.messages.forEach(InboundMessage::ack); // too late, without effect

            RecordingSink second = RecordingSink.acknowledging();
            TransportSubscription again = node.consume(topic, second);
            awaitReceived(second, 60);
            KafkaNode.stop(again);
            assertThat(second.bodies())
                    .containsExactlyElementsOf(
                            IntStream.range(40, 100).mapToObj(String::valueOf).toList());
        }
    }

    @Test
    void partitionsMoveBetweenMembersWithoutLossOrDuplicatesOfWhatWasSettled() throws Exception {
        int messages = 20_000;
        Map<String, AtomicInteger> handled = new ConcurrentHashMap<>();
        try (KafkaNode one = node();
                KafkaNode two = node()) {
            Topic topic = one.opened();
            two.transport.open(topic, KafkaNode.PATIENCE);
            RecordingSink stays = new RecordingSink(message -> settle(message, handled));
            TransportSubscription staying = one.consume(topic, stays);
            Thread publisher = new Thread(() -> {
                for (int i = 0; i < messages; i++) {
                    one.send(topic, "k" + i % 100, String.valueOf(i));
                    if (i % 500 == 0) {
                        one.send(topic, "k" + i % 100, "flush " + i).join();
                    }
                }
            });
            publisher.start();
            for (int round = 0; round < 3; round++) {
                RecordingSink guest = new RecordingSink(message -> settle(message, handled));
                TransportSubscription joining = two.consume(topic, guest);
                await().atMost(KafkaNode.PATIENCE).until(() -> !guest.assigned.isEmpty());
                KafkaNode.stop(joining);
            }
            publisher.join();
            await().atMost(KafkaNode.PATIENCE)
                    .until(() -> IntStream.range(0, messages).allMatch(i -> handled.containsKey(String.valueOf(i))));
            assertThat(stays.revoked).isNotEmpty();
            assertThat(stays.assigned.stream().map(a -> a.name() + "#" + a.epoch()))
                    .doesNotHaveDuplicates();
            KafkaNode.stop(staying);
        }
        assertThat(handled.entrySet().stream()
                        .filter(e -> e.getValue().get() > 1)
                        .map(Map.Entry::getKey))
                .isEmpty();
    }

    private static void settle(InboundMessage message, Map<String, AtomicInteger> handled) {
        handled.computeIfAbsent(RecordingSink.body(message), b -> new AtomicInteger())
                .incrementAndGet();
        message.ack();
    }

    @Test
    void handsOverNoMoreThanIsAskedForAndKeepsItsMembership() throws Exception {
        try (KafkaNode node = node()) {
            Topic topic = node.opened();
            node.sendAll(topic, 0, 2_000, 10);
            RecordingSink sink = RecordingSink.holding();
            sink.credit.set(10);
            TransportSubscription subscription = node.consume(topic, sink);
            awaitReceived(sink, 10);
            // Longer than the session timeout of 6 s.
            await().during(Duration.ofSeconds(8)).atMost(Duration.ofSeconds(9)).until(() -> sink.received() == 10);
            assertThat(sink.revoked).isEmpty();

            sink.then(InboundMessage::ack);
            sink.messages.forEach(InboundMessage::ack);
            sink.credit.set(5_000);
            subscription.demandChanged();
            awaitReceived(sink, 2_000);
            KafkaNode.stop(subscription);
            assertThat(new HashSet<>(sink.bodies())).hasSize(2_000);
            assertThat(sink.messages).hasSize(2_000);
        }
    }

    @Test
    void handsOverNothingAfterStopFetching() throws Exception {
        try (KafkaNode node = node()) {
            Topic topic = node.opened();
            RecordingSink sink = RecordingSink.acknowledging();
            TransportSubscription subscription = node.consume(topic, sink);
            node.sendAll(topic, 0, 100, 10);
            awaitReceived(sink, 1);
            subscription.stopFetching();
            int received = sink.received();
            node.sendAll(topic, 100, 200, 10);
            await().during(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(2))
                    .until(() -> sink.received() == received);
            subscription.close(Duration.ofSeconds(20));

            RecordingSink next = RecordingSink.acknowledging();
            TransportSubscription again = node.consume(topic, next);
            awaitReceived(next, 200 - received);
            KafkaNode.stop(again);
            assertThat(next.received()).isEqualTo(200 - received);
        }
    }

    @Test
    void aNewGroupAtTheLatestSeesWhatIsPublishedRightAfterAndARestartGoesOn() throws Exception {
        try (KafkaNode node = node()) {
            Topic topic = node.opened();
            node.sendAll(topic, 0, 50, 10);
            RecordingSink first = RecordingSink.acknowledging();
            TransportSubscription subscription = node.consume(topic, StartPosition.LATEST, first);
            node.sendAll(topic, 50, 60, 10);
            awaitReceived(first, 10);
            KafkaNode.stop(subscription);
            assertThat(first.bodies().stream().map(Integer::valueOf)).allMatch(i -> i >= 50);

            node.sendAll(topic, 60, 70, 10);
            RecordingSink second = RecordingSink.acknowledging();
            TransportSubscription again = node.consume(topic, StartPosition.LATEST, second);
            awaitReceived(second, 10);
            KafkaNode.stop(again);
            assertThat(second.bodies().stream().map(Integer::valueOf)).allMatch(i -> i >= 60);
        }
    }

    @Test
    void goesOnWithTheOldestWhenItsPositionWasDiscarded() throws Exception {
        try (KafkaNode node = KafkaNode.start(
                KafkaNode.quick(server.bootstrapServers()).partitions(1).build())) {
            Topic topic = node.opened();
            node.sendAll(topic, 0, 10, 1);
            RecordingSink first = RecordingSink.acknowledging();
            TransportSubscription subscription = node.consume(topic, first);
            awaitReceived(first, 10);
            KafkaNode.stop(subscription);
            node.sendAll(topic, 10, 30, 1);
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()))) {
                admin.deleteRecords(Map.of(new TopicPartition(topic.name(), 0), RecordsToDelete.beforeOffset(20)))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }
            RecordingSink second = RecordingSink.acknowledging();
            TransportSubscription again = node.consume(topic, second);
            awaitReceived(second, 10);
            assertThat(second.bodies().get(0)).isEqualTo("20");
            assertThat(second.failures).singleElement().asString().contains("discarded before it was consumed");
            await().atMost(KafkaNode.PATIENCE).until(() -> second.recoveries.get() == 1);
            KafkaNode.stop(again);
        }
    }

    @Test
    void topologyIsValidatedMadeOrLeftAlone() {
        String bootstrap = server.bootstrapServers();
        Topic topic = KafkaNode.newTopic();
        try (KafkaNode never = KafkaNode.start(
                        KafkaNode.quick(bootstrap).topology(Topology.NEVER).build());
                KafkaNode strict = KafkaNode.start(KafkaNode.quick(bootstrap)
                        .topology(Topology.VALIDATE)
                        .partitions(5)
                        .topicConfig("retention.ms", "60000")
                        .build());
                KafkaNode maker =
                        KafkaNode.start(KafkaNode.quick(bootstrap).partitions(3).build())) {
            assertThatThrownBy(() -> never.transport.open(topic, KafkaNode.PATIENCE))
                    .isInstanceOfSatisfying(
                            PublishException.class,
                            e -> assertThat(e.reason()).isEqualTo(PublishException.Reason.TOPIC_MISSING));
            assertThatThrownBy(() -> never.consume(topic, RecordingSink.holding()))
                    .isInstanceOf(TopologyException.class);
            assertThatThrownBy(() -> strict.transport.open(topic, KafkaNode.PATIENCE))
                    .isInstanceOf(TopologyException.class)
                    .hasMessageContaining("does not exist");
            maker.transport.open(topic, KafkaNode.PATIENCE);
            assertThatThrownBy(() -> strict.transport.open(topic, KafkaNode.PATIENCE))
                    .isInstanceOf(TopologyException.class)
                    .hasMessageContaining("3 partitions, configured are 5")
                    .hasMessageContaining("retention.ms");
            never.transport.open(topic, KafkaNode.PATIENCE);
        }
    }

    @Test
    void topicsAreMadeTwiceAtOnceWithoutHarm() throws Exception {
        Topic topic = KafkaNode.newTopic();
        ExecutorService both = Executors.newFixedThreadPool(2);
        CountDownLatch opened = new CountDownLatch(2);
        try (KafkaNode one = node();
                KafkaNode two = node()) {
            for (KafkaNode node : List.of(one, two)) {
                both.execute(() -> {
                    node.transport.open(topic, KafkaNode.PATIENCE);
                    opened.countDown();
                });
            }
            assertThat(opened.await(60, TimeUnit.SECONDS)).isTrue();
            two.send(topic, "k", "x").get(30, TimeUnit.SECONDS);
        } finally {
            both.shutdown();
        }
    }

    @Test
    void refusesWhatIsTooLargeAndTakesWhatFits() throws Exception {
        try (KafkaNode node = node()) {
            Topic topic = node.opened();
            int limit = (int) node.transport.maxMessageBytes();
            String fits = randomText(limit - 100);
            node.send(topic, "k".repeat(512), fits).get(60, TimeUnit.SECONDS);
            String asDeadLetter = randomText(limit + 12 * 1_024);
            node.send(topic, "k".repeat(512), asDeadLetter).get(60, TimeUnit.SECONDS);
            assertThatThrownBy(() -> node.send(topic, "k", randomText(limit + 24 * 1_024))
                            .get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(PublishException.class)
                    .cause()
                    .returns(false, e -> ((EventBusException) e).retriable())
                    .hasMessageContaining("max-message-bytes");
        }
    }

    private static String randomText(int length) {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) (' ' + random.nextInt(95)));
        }
        return text.toString();
    }

    @Test
    void tellsThatNobodyIsThere() {
        KafkaConfig config = KafkaConfig.builder()
                .bootstrapServers("127.0.0.1:1")
                .connectTimeout(Duration.ofSeconds(1))
                .build();
        KafkaTransport transport = new KafkaTransport(config);
        assertThatThrownBy(() -> transport.start(Duration.ofSeconds(30)))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("127.0.0.1:1")
                .hasMessageContaining("eventbus.kafka.bootstrap-servers")
                .returns(true, e -> ((EventBusException) e).retriable());
        transport.close(Duration.ofSeconds(1));
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        Set<Thread> before = kafkaThreads();
        KafkaNode node = node();
        Topic topic = node.opened();
        ConcurrentLinkedQueue<TransportSubscription> subscriptions = new ConcurrentLinkedQueue<>();
        subscriptions.add(node.consume(topic, RecordingSink.acknowledging()));
        subscriptions.add(node.consume(topic, RecordingSink.acknowledging()));
        node.sendAll(topic, 0, 100, 10);
        assertThat(node.transport.health().status()).isEqualTo(Health.Status.UP);
        subscriptions.forEach(KafkaNode::stop);
        node.close();
        node.close();
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            Set<Thread> left = kafkaThreads();
            left.removeAll(before);
            assertThat(left).isEmpty();
        });
        assertThat(node.transport.health().status()).isEqualTo(Health.Status.DOWN);
    }

    private static Set<Thread> kafkaThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("kafka"))
                .collect(Collectors.toCollection(HashSet::new));
    }
}
