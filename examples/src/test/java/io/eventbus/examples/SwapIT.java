package io.eventbus.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.inject.Guice;
import com.google.inject.Module;
import io.eventbus.api.Delivery;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventBus;
import io.eventbus.api.Health;
import io.eventbus.api.Outcome;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import io.eventbus.core.EventBusBuilder;
import io.eventbus.core.EventBusModule;
import io.eventbus.examples.shared.TwoBrokers;
import io.eventbus.examples.swap.OrderApplication;
import io.eventbus.kafka.KafkaModule;
import io.eventbus.memory.MemoryModule;
import io.eventbus.nats.NatsModule;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same application on every broker, and two brokers in one process. */
class SwapIT {

    private static RealBrokers brokers;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        brokers = new RealBrokers();
    }

    @AfterAll
    static void stop() {
        brokers.close();
    }

    @Test
    void theApplicationDoesTheSameOnEveryBroker() throws Exception {
        String expected = "OrderPlaced OrderPaid OrderShipped";
        assertThat(runOn(new MemoryModule())).isEqualTo(expected);
        assertThat(runOn(new NatsModule(brokers.natsConfig()))).isEqualTo(expected);
        assertThat(runOn(new KafkaModule(brokers.kafkaConfig()))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nats", "kafka"})
    @Tag("C127")
    void theApplicationRunsWithoutAClassOfAnotherBroker(String broker) throws Exception {
        boolean nats = broker.equals("nats");
        Class<?> application = Class.forName("io.eventbus.examples.swap." + (nats ? "OrdersOnNats" : "OrdersOnKafka"));
        Class<?> other = Class.forName("io.eventbus.examples.swap." + (nats ? "OrdersOnKafka" : "OrdersOnNats"));
        List<String> classPath = classPathWithout(nats ? "kafka" : "nats", "adapter-memory", "testkit");
        assertThat(runAlone(classPath, application)).contains("OrderPlaced OrderPaid OrderShipped");
        assertThat(runAlone(classPath, other))
                .as("the same class path with the other module")
                .contains("NoClassDefFoundError");
    }

    @Test
    @Tag("C130")
    void busesOnTwoBrokersShareNoState() throws Exception {
        EventBus onNats = EventBusBuilder.over(brokers.transports("nats").get()).start();
        EventBus onKafka =
                EventBusBuilder.over(brokers.transports("kafka").get()).start();
        try (onKafka) {
            Topic topic = Topic.of("apart-" + UUID.randomUUID());
            SubscriptionSpec spec = SubscriptionSpec.builder(topic, "same").build();
            Set<String> fromNats = ConcurrentHashMap.newKeySet();
            Set<String> fromKafka = ConcurrentHashMap.newKeySet();
            onNats.subscribe(spec, delivery -> add(fromNats, delivery));
            onKafka.subscribe(spec, delivery -> add(fromKafka, delivery));
            String first = publish(onNats, topic);
            String second = publish(onKafka, topic);
            await().until(() -> fromNats.contains(first) && fromKafka.contains(second));
            onNats.close(Duration.ofSeconds(10));
            String third = publish(onKafka, topic);
            await().until(() -> fromKafka.contains(third));
            assertThat(fromNats).containsExactly(first);
            assertThat(fromKafka).containsExactlyInAnyOrder(second, third);
            assertThat(onKafka.health().status()).isEqualTo(Health.Status.UP);
            assertThat(onNats.health().status()).isEqualTo(Health.Status.DOWN);
        } finally {
            onNats.close(Duration.ofSeconds(10));
        }
    }

    @Test
    void twoBrokersShareOnePairOfPools() throws Exception {
        assertThat(TwoBrokers.run(TwoBrokers.injector(brokers.natsConfig(), brokers.kafkaConfig()), 500))
                .isEqualTo(500);
    }

    private static String runOn(Module adapter) throws InterruptedException {
        return Guice.createInjector(new EventBusModule(), adapter)
                .getInstance(OrderApplication.class)
                .run();
    }

    private static Outcome add(Set<String> ids, Delivery delivery) {
        ids.add(delivery.envelope().eventId());
        return Outcome.ack();
    }

    private static String publish(EventBus bus, Topic topic) {
        Envelope event = Envelope.builder("Apart").aggregateId("a").build();
        bus.publish(topic, event);
        return event.eventId();
    }

    private static List<String> classPathWithout(String... words) {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> entries = new ArrayList<>(List.of(all.split(File.pathSeparator)));
        entries.removeIf(
                entry -> Stream.of(words).anyMatch(word -> artifact(entry).contains(word)));
        return entries;
    }

    /** The module of a directory of classes, or the name of a jar. */
    private static String artifact(String entry) {
        Path path = Path.of(entry);
        return path.endsWith(Path.of("target", "classes"))
                ? String.valueOf(path.getParent().getParent().getFileName())
                : String.valueOf(path.getFileName());
    }

    private String runAlone(List<String> classPath, Class<?> main) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        String.join(File.pathSeparator, classPath),
                        main.getName())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile());
        builder.environment().put("EVENTBUS_NATS_SERVERS", brokers.nats.url());
        builder.environment().put("EVENTBUS_KAFKA_BOOTSTRAP_SERVERS", brokers.kafka.bootstrapServers());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(folder.resolve("out"));
    }
}
