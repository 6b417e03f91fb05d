package io.eventbus.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.Envelope;
import io.eventbus.api.EventBus;
import io.eventbus.api.Outcome;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import io.eventbus.core.EventBusBuilder;
import io.eventbus.kafka.KafkaConfig;
import io.eventbus.kafka.KafkaTransport;
import io.eventbus.nats.NatsConfig;
import io.eventbus.nats.NatsTransport;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The threads of a bus do not grow with its subscriptions, and none is left when it is closed. */
class ThreadsIT {

    private static final int SUBSCRIPTIONS = 100;
    private static final int BOUND = 2 * Runtime.getRuntime().availableProcessors() + 12;

    private static RealBrokers brokers;

    @BeforeAll
    static void start() {
        brokers = new RealBrokers();
    }

    @AfterAll
    static void stop() {
        brokers.close();
    }

    @Test
    void aHundredSubscriptionsOnNats() {
        NatsConfig config = NatsConfig.builder()
                .servers(brokers.nats.url())
                .maxBytes(1 << 20)
                .build();
        Set<Thread> before = threads();
        EventBus bus = EventBusBuilder.over(new NatsTransport(config)).start();
        int used = useAll(bus, before);
        bus.close(Duration.ofSeconds(30));
        System.out.println(
                "threads of a bus with " + SUBSCRIPTIONS + " subscriptions on NATS: " + used + ", bound " + BOUND);
        assertThat(used).isLessThanOrEqualTo(BOUND);
        await().untilAsserted(() -> assertThat(names(started(before))).isEmpty());
    }

    /** kafka-clients brings a heartbeat thread of its own for each consumer, besides the adapter's poll thread. */
    @Test
    void aHundredSubscriptionsOnKafka() {
        KafkaConfig config = KafkaConfig.builder()
                .bootstrapServers(brokers.kafka.bootstrapServers())
                .partitions(1)
                .build();
        Set<Thread> before = threads();
        EventBus bus = EventBusBuilder.over(new KafkaTransport(config)).start();
        int used = useAll(bus, before);
        bus.close(Duration.ofSeconds(60));
        System.out.println("threads of a bus with " + SUBSCRIPTIONS + " subscriptions on Kafka: " + used + ", of them "
                + SUBSCRIPTIONS + " poll threads and as many heartbeat threads of the client");
        assertThat(used).isLessThanOrEqualTo(BOUND + 2 * SUBSCRIPTIONS);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(names(started(before))).isEmpty());
    }

    private static int useAll(EventBus bus, Set<Thread> before) {
        AtomicInteger handled = new AtomicInteger();
        String run = UUID.randomUUID().toString();
        for (int i = 0; i < SUBSCRIPTIONS; i++) {
            Topic topic = Topic.of("threads-" + run + "." + i);
            bus.subscribe(SubscriptionSpec.builder(topic, "threads").build(), delivery -> {
                handled.incrementAndGet();
                return Outcome.ack();
            });
            for (int j = 0; j < 20; j++) {
                bus.publish(
                        topic, Envelope.builder("Counted").aggregateId("a" + j).build());
            }
        }
        AtomicInteger peak = new AtomicInteger();
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            peak.accumulateAndGet(started(before).size(), Math::max);
            return handled.get() >= SUBSCRIPTIONS * 20;
        });
        return peak.get();
    }

    private static Set<Thread> threads() {
        return new HashSet<>(Thread.getAllStackTraces().keySet());
    }

    private static Set<Thread> started(Set<Thread> before) {
        Set<Thread> now = threads();
        now.removeAll(before);
        now.removeIf(t -> !t.isAlive()
                || t.getName().startsWith("awaitility")
                || t.getName().equals("process reaper"));
        return now;
    }

    private static Set<String> names(Set<Thread> threads) {
        return new TreeMap<>(threads.stream().collect(Collectors.toMap(Thread::getName, t -> t, (a, b) -> a))).keySet();
    }
}
