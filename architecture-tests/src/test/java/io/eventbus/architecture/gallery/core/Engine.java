package io.eventbus.architecture.gallery.core;

import io.eventbus.architecture.gallery.api.Port;
import io.eventbus.architecture.gallery.examples.Example;
import io.eventbus.architecture.gallery.nats.NatsTransport;
import io.nats.client.Connection;
import org.apache.kafka.clients.producer.Producer;

/** An engine that knows adapters, examples and clients. */
public record Engine(
        Port port, NatsTransport transport, Example example, Connection nats, Producer<byte[], byte[]> kafka) {}
