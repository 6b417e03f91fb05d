package io.eventbus.architecture.gallery.nats.deep;

/** A package below an adapter. */
public record Deeper() {}
