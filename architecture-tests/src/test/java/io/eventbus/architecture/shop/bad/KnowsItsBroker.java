package io.eventbus.architecture.shop.bad;

import io.nats.client.Connection;
import org.apache.kafka.clients.producer.Producer;

/** Holds clients of brokers outside a composition root. */
record KnowsItsBroker(Connection nats, Producer<byte[], byte[]> kafka) {}
