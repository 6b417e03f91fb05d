package io.eventbus.architecture.gallery.testkit;

import io.eventbus.architecture.gallery.core.Engine;

/** A kit that knows the engine. */
public record Kit(Engine engine) {}
