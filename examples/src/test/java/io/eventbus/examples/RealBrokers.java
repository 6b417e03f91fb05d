package io.eventbus.examples;

import io.eventbus.api.spi.Transport;
import io.eventbus.kafka.KafkaConfig;
import io.eventbus.kafka.KafkaTransport;
import io.eventbus.nats.NatsConfig;
import io.eventbus.nats.NatsTransport;
import io.eventbus.testkit.broker.KafkaServer;
import io.eventbus.testkit.broker.NatsServer;
import java.util.function.Supplier;

/** One NATS server and one Kafka broker for a test class, and transports to them. */
final class RealBrokers implements AutoCloseable {

    final NatsServer nats = NatsServer.start();
    final KafkaServer kafka = KafkaServer.start();

    NatsConfig natsConfig() {
        return NatsConfig.builder().servers(nats.url()).build();
    }

    KafkaConfig kafkaConfig() {
        return KafkaConfig.builder().bootstrapServers(kafka.bootstrapServers()).build();
    }

    Supplier<Transport> transports(String broker) {
        return switch (broker) {
            case "nats" -> () -> new NatsTransport(natsConfig());
            case "kafka" -> () -> new KafkaTransport(kafkaConfig());
            default -> throw new IllegalArgumentException(broker);
        };
    }

    @Override
    public void close() {
        nats.close();
        kafka.close();
    }
}
