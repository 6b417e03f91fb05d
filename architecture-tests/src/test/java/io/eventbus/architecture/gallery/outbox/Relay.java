package io.eventbus.architecture.gallery.outbox;

import io.eventbus.architecture.gallery.memory.MemoryTransport;

/** An outbox that knows an adapter. */
public record Relay(MemoryTransport transport) {}
