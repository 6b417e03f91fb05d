package io.eventbus.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way through a handler.
 *
 * @param envelope the event
 * @param topic where it was published
 * @param position where the broker stored it
 * @param attempt how often this subscription has started to handle it since it received it; 1 the first time
 * @param brokerDeliveries how often the broker has delivered it to the group as far as it knows, this delivery included; 1 where the
 *     broker does not count ({@link Capability#DELIVERY_COUNT})
 * @param receivedAt when this subscription received it
 * @param deadLetter why it was given up, if it is read from a dead-letter topic; null for every other event
 */
public record Delivery(
        Envelope envelope,
        Topic topic,
        Position position,
        int attempt,
        int brokerDeliveries,
        Instant receivedAt,
        @Nullable DeadLetter deadLetter) {

    /** A delivery of an event that is no dead letter. */
    public Delivery(
            Envelope envelope, Topic topic, Position position, int attempt, int brokerDeliveries, Instant receivedAt) {
        this(envelope, topic, position, attempt, brokerDeliveries, receivedAt, null);
    }
}
