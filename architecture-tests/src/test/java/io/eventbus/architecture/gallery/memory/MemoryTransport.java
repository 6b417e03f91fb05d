package io.eventbus.architecture.gallery.memory;

import io.eventbus.architecture.gallery.core.Engine;

/** An adapter that knows the engine. */
public record MemoryTransport(Engine engine) {}
