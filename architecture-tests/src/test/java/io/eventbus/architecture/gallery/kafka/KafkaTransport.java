package io.eventbus.architecture.gallery.kafka;

import io.eventbus.architecture.gallery.memory.MemoryTransport;

/** An adapter that knows another. */
public record KafkaTransport(MemoryTransport other) {}
