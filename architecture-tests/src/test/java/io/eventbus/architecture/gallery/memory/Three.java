package io.eventbus.architecture.gallery.memory;

/** One public type more. */
public record Three() {}
