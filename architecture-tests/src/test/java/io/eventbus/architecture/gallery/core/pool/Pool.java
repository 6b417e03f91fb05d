package io.eventbus.architecture.gallery.core.pool;

import io.eventbus.architecture.gallery.api.Port;

/** A pool that knows what it carries. */
public record Pool(Port port) {}
