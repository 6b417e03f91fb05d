package io.eventbus.examples.shared;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventBus;
import io.eventbus.api.Outcome;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import io.eventbus.core.NamedBusModule;
import io.eventbus.core.pool.GlobalWorkerPool;
import io.eventbus.core.pool.KeyedWorkerPool;
import io.eventbus.kafka.KafkaConfig;
import io.eventbus.kafka.KafkaModule;
import io.eventbus.nats.NatsConfig;
import io.eventbus.nats.NatsModule;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A bridge: what is published on NATS is handled there and published on to Kafka; one pair of pools works for both buses. */
public final class TwoBrokers {

    private TwoBrokers() {}

    /** An injector with both buses and one pair of pools. */
    public static Injector injector(NatsConfig nats, KafkaConfig kafka) {
        return Guice.createInjector(
                new WorkerPoolsModule(),
                new NamedBusModule(OnNats.class, new NatsModule(nats)),
                new NamedBusModule(OnKafka.class, new KafkaModule(kafka)));
    }

    /**
     * Sends events through both brokers and closes everything.
     *
     * @return how many of them arrived on Kafka
     */
    public static int run(Injector injector, int events) throws InterruptedException {
        EventBus nats = injector.getInstance(Key.get(EventBus.class, OnNats.class));
        EventBus kafka = injector.getInstance(Key.get(EventBus.class, OnKafka.class));
        Topic topic = Topic.of("bridge-" + UUID.randomUUID());
        CountDownLatch arrived = new CountDownLatch(events);
        kafka.subscribe(SubscriptionSpec.builder(topic, "audit").build(), delivery -> {
            arrived.countDown();
            return Outcome.ack();
        });
        nats.subscribe(SubscriptionSpec.builder(topic, "bridge").build(), delivery -> {
            // Acknowledged on one side only when stored on the other; a failure is retried in place.
            kafka.publish(topic, delivery.envelope()).toCompletableFuture().get(30, TimeUnit.SECONDS);
            return Outcome.ack();
        });
        for (int i = 0; i < events; i++) {
            nats.publish(
                    topic,
                    Envelope.builder("Moved").aggregateId("box-" + i % 10).build());
        }
        arrived.await(60, TimeUnit.SECONDS);
        nats.close(Duration.ofSeconds(10));
        kafka.close(Duration.ofSeconds(10));
        injector.getInstance(KeyedWorkerPool.class).close();
        injector.getInstance(GlobalWorkerPool.class).close();
        return events - (int) arrived.getCount();
    }

    public static void main(String[] arguments) throws InterruptedException {
        Injector injector =
                injector(NatsConfig.from(Map.of(), System.getenv()), KafkaConfig.from(Map.of(), System.getenv()));
        System.out.println(run(injector, 1_000) + " of 1,000 events went from NATS to Kafka");
    }
}
