package io.eventbus.api;

import java.time.Instant;

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
 */
public record Delivery(
        Envelope envelope, Topic topic, Position position, int attempt, int brokerDeliveries, Instant receivedAt) {}
