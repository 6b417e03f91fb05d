package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Health;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.TransportSubscription;
import io.eventbus.testkit.broker.KafkaServer;
import io.eventbus.testkit.broker.KafkaServerOptions;
import io.eventbus.testkit.broker.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The transport on a real broker that dies, and on links that break. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class KafkaFaultIT {

    private static KafkaServer server;

    @BeforeAll
    static void startBroker() {
        server = KafkaServer.start(KafkaServerOptions.proxiedListeners(1));
    }

    @AfterAll
    static void stopBroker() {
        server.close();
    }

    @Test
    void publishingThroughThreeKillsOfTheBrokerStoresEachOnceInOrder() throws Exception {
        int keys = 1_000;
        Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();
        AtomicInteger failed = new AtomicInteger();
        AtomicBoolean publishing = new AtomicBoolean(true);
        try (KafkaNode node = KafkaNode.at(server.bootstrapServers())) {
            Topic topic = node.opened();
            RecordingSink sink = RecordingSink.acknowledging();
            TransportSubscription subscription = node.consume(topic, sink);
            Semaphore window = new Semaphore(5_000);
            AtomicInteger published = new AtomicInteger();
            Thread publisher = new Thread(() -> {
                while (publishing.get()) {
                    int number = published.getAndIncrement();
                    window.acquireUninterruptibly();
                    node.transport.send(
                            KafkaNode.message(topic, "k" + number % keys, String.valueOf(number)), new SendCallback() {
                                @Override
                                public void acknowledged(Position position, boolean duplicate) {
                                    acknowledged.add(number);
                                    window.release();
                                }

                                @Override
                                public void failed(EventBusException error) {
                                    failed.incrementAndGet();
                                    window.release();
                                }
                            });
                }
            });
            publisher.start();
            for (int round = 0; round < 3; round++) {
                int before = acknowledged.size();
                await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged.size() > before + 5_000);
                server.kill();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> node.transport.health().status() == Health.Status.DOWN);
                server.restart();
            }
            int after = acknowledged.size();
            await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged.size() > after + 5_000);
            publishing.set(false);
            publisher.join();
            await().atMost(Duration.ofSeconds(90)).until(() -> window.availablePermits() == 5_000);
            await().atMost(Duration.ofSeconds(90)).until(() -> sink.received() >= acknowledged.size());
            KafkaNode.stop(subscription);

            System.out.printf(
                    "Kafka: %d published through three kills, %d acknowledged, %d failed, %d received%n",
                    published.get(), acknowledged.size(), failed.get(), sink.received());
            Map<Position, Integer> stored = new HashMap<>();
            sink.messages.forEach(m -> stored.put(m.position(), Integer.valueOf(RecordingSink.body(m))));
            Set<Integer> distinct = new HashSet<>(stored.values());
            assertThat(distinct).as("stored once").hasSize(stored.size());
            assertThat(distinct).containsAll(acknowledged);
            assertThat(failed).hasValue(0);
            Map<String, Integer> last = new HashMap<>();
            int inversions = 0;
            for (InboundMessage message : sink.messages) {
                int number = Integer.parseInt(RecordingSink.body(message));
                String key = RecordingSink.key(message);
                if (number > last.getOrDefault(key, -1)) {
                    last.put(key, number);
                } else if (stored.containsKey(message.position()) && sink.messages.size() == stored.size()) {
                    inversions++;
                }
            }
            assertThat(inversions).isZero();
        }
    }

    /**
     * A broker that starts after a kill remembers the last batch of each producer only: with two whose fate the producer does not know,
     * the first looks like a gap, and the client stores everything outstanding again under a new epoch.
     */
    @Test
    void whatWasStoredButNotYetAcknowledgedAtAKillIsStoredOnce() throws Exception {
        KafkaConfig throughLink = KafkaNode.quick(server.bootstrapServers(0))
                .linger(Duration.ZERO)
                .build();
        try (KafkaNode node = KafkaNode.start(throughLink);
                KafkaNode reader = KafkaNode.at(server.bootstrapServers())) {
            Topic topic = node.opened();
            node.sendAll(topic, 0, 10, 1);
            RecordingSink sink = RecordingSink.acknowledging();
            TransportSubscription subscription = reader.consume(topic, sink);
            await().atMost(KafkaNode.PATIENCE).until(() -> sink.received() == 10);

            server.link(0).swallow(TcpProxy.Direction.TO_CLIENT);
            List<CompletableFuture<Position>> unknown = new ArrayList<>();
            unknown.add(node.send(topic, "k0", "10"));
            await().atMost(KafkaNode.PATIENCE).until(() -> sink.received() == 11);
            for (int i = 11; i < 20; i++) {
                unknown.add(node.send(topic, "k0", String.valueOf(i)));
            }
            // The time in which a second batch would be stored beside the unanswered one.
            await().during(Duration.ofSeconds(1)).atMost(KafkaNode.PATIENCE).until(() -> sink.received() == 11);
            server.kill();
            server.link(0).unstall();
            server.restart();

            CompletableFuture.allOf(unknown.toArray(new CompletableFuture<?>[0]))
                    .get(KafkaNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            node.sendAll(topic, 20, 30, 1);
            await().atMost(KafkaNode.PATIENCE).until(() -> sink.bodies().contains("29"));
            KafkaNode.stop(subscription);
            Map<Position, String> stored = new LinkedHashMap<>();
            sink.messages.forEach(m -> stored.putIfAbsent(m.position(), RecordingSink.body(m)));
            assertThat(stored.values())
                    .as("stored, in order")
                    .containsExactlyElementsOf(
                            IntStream.range(0, 30).mapToObj(String::valueOf).toList());
        }
    }

    @Test
    void aBrokenLinkIsToldAndHealsByItself() throws Exception {
        KafkaConfig config = KafkaNode.quick(server.bootstrapServers(0)).build();
        try (KafkaNode node = KafkaNode.start(config)) {
            Topic topic = node.opened();
            RecordingSink sink = RecordingSink.acknowledging();
            TransportSubscription subscription = node.consume(topic, sink);
            node.sendAll(topic, 0, 100, 10);
            await().atMost(KafkaNode.PATIENCE).until(() -> sink.received() >= 100);

            server.link(0).sever();
            await().atMost(Duration.ofSeconds(30)).until(() -> !sink.failures.isEmpty());
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> node.transport.health().status() == Health.Status.DOWN);
            server.link(0).restore();
            node.sendAll(topic, 100, 200, 10);
            await().atMost(Duration.ofSeconds(30)).until(() -> new HashSet<>(sink.bodies()).size() == 200);
            await().atMost(Duration.ofSeconds(30)).until(() -> sink.recoveries.get() > 0);
            KafkaNode.stop(subscription);
        }
    }

    @Test
    void aMemberThatIsCutOffLosesItsPartitionsToAnotherAndItsLateAcksDoNothing() throws Exception {
        KafkaConfig cutOff = KafkaNode.quick(server.bootstrapServers(0)).build();
        try (KafkaNode dying = KafkaNode.start(cutOff);
                KafkaNode heir = KafkaNode.at(server.bootstrapServers())) {
            Topic topic = heir.opened();
            RecordingSink holding = RecordingSink.holding();
            TransportSubscription lost = dying.consume(topic, holding);
            heir.sendAll(topic, 0, 100, 10);
            await().atMost(KafkaNode.PATIENCE).until(() -> holding.received() == 100);
            server.link(0).sever();
            RecordingSink taking = RecordingSink.acknowledging();
            TransportSubscription kept = heir.consume(topic, taking);
            await().atMost(KafkaNode.PATIENCE).until(() -> taking.received() == 100);
            server.link(0).restore();
            await().atMost(KafkaNode.PATIENCE).until(() -> !holding.revoked.isEmpty());
            holding.messages.forEach(InboundMessage::ack);
            heir.sendAll(topic, 100, 200, 10);
            await().atMost(KafkaNode.PATIENCE).until(() -> {
                Set<String> seen = new HashSet<>(taking.bodies());
                seen.addAll(holding.bodies());
                return seen.size() == 200;
            });
            KafkaNode.stop(lost);
            KafkaNode.stop(kept);
        }
    }

    @Test
    void failsWithinTheDeliveryTimeoutWhileTheBrokerIsGone() throws Exception {
        KafkaTransport transport =
                new KafkaTransport(KafkaNode.quick(server.bootstrapServers(0)).build());
        transport.start(Duration.ofSeconds(3));
        KafkaNode helper = KafkaNode.at(server.bootstrapServers());
        Topic topic = helper.opened();
        transport.open(topic, KafkaNode.PATIENCE);
        server.link(0).sever();
        try {
            long start = System.nanoTime();
            CompletableFuture<Position> result = new CompletableFuture<>();
            transport.send(KafkaNode.message(topic, "k", "x"), new SendCallback() {
                @Override
                public void acknowledged(Position position, boolean duplicate) {
                    result.complete(position);
                }

                @Override
                public void failed(EventBusException error) {
                    result.completeExceptionally(error);
                }
            });
            long returned = System.nanoTime() - start;
            assertThatThrownBy(() -> result.get(30, TimeUnit.SECONDS))
                    .cause()
                    .returns(true, e -> ((EventBusException) e).retriable());
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(2_700), Duration.ofMillis(4_500));
            assertThat(Duration.ofNanos(returned)).isLessThan(Duration.ofSeconds(1));
        } finally {
            server.link(0).restore();
            transport.close(Duration.ofSeconds(5));
            helper.close();
        }
    }
}
