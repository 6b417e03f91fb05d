package io.eventbus.architecture.gallery.examples;

/** An example that something depends on. */
public record Example() {}
