package io.eventbus.api.spi;

/**
 * What a consumer owns for a while: a Kafka partition, a JetStream durable. All state about messages hangs off it and goes with it. An
 * adapter implements it with its own object for that state; two assignments are the same only if they are the same object.
 */
public interface Assignment {

    /** What is owned, for messages and logs, for example {@code orders/3}. */
    String name();

    /** Counts how often this process was given the same thing; a later assignment has a higher epoch. */
    long epoch();
}
