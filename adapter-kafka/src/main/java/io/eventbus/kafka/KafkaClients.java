package io.eventbus.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/**
 * A maker of Kafka's own clients for one bus. Every client has a name of its own, so that the broker's logs and quotas, JMX and thread dumps
 * tell them apart, also where a process holds several buses.
 *
 * <p>Concurrency: any thread.
 */
final class KafkaClients {

    private static final AtomicInteger BUSES = new AtomicInteger();

    private final KafkaConfig config;
    private final String name;
    private final AtomicInteger numbers = new AtomicInteger();

    KafkaClients(KafkaConfig config) {
        this.config = config;
        this.name = config.cluster().clientId() + "-" + BUSES.incrementAndGet();
    }

    /** What the names of all clients and threads of the bus begin with. */
    String name() {
        return name;
    }

    /** Makes the producers of the bus, one after the other. */
    Supplier<Producer<byte[], byte[]>> producers(Duration deliveryTimeout) {
        Map<String, Object> properties = ClientProperties.producer(config, name + "-producer", deliveryTimeout);
        return () -> new KafkaProducer<>(properties);
    }

    /** Makes the consumers of one subscription, one after the other. */
    Supplier<Consumer<byte[], byte[]>> consumers(String groupId) {
        String id = name + "-" + groupId + "-" + numbers.incrementAndGet();
        Map<String, Object> properties = ClientProperties.consumer(config, id, groupId);
        return () -> new KafkaConsumer<>(properties);
    }

    /**
     * An administration client for one task.
     *
     * @throws io.eventbus.api.EventBusException if the configuration is wrong
     */
    KafkaAdmin admin(Duration timeout) {
        String id = name + "-admin-" + numbers.incrementAndGet();
        try {
            return new KafkaAdmin(Admin.create(ClientProperties.admin(config, id, timeout)), timeout);
        } catch (KafkaException e) {
            throw KafkaErrors.connection("connecting", config, e);
        }
    }
}
