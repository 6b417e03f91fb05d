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

    /**
     * The event as a consequence of this one. What it lacks it inherits: the trace id; the correlation id, or this event's id if this event has
     * none; the tenant ({@link Headers#TENANT_ID}). Its cause ({@link Headers#CAUSATION_ID}) becomes this event, unless it names another one; a
     * cause that was copied from this event counts as none. This very event, the same event id, is not its own consequence and stays as it is.
     *
     * <p>A bus does this by itself with all that is published on the handler's thread while the handler runs, on this bus or on another one
     * of the process. It is to be called for what is published elsewhere, for example in a callback or on a thread of the application, and for
     * what goes through an outbox. Pure; doing it twice changes nothing.
     */
    public Envelope consequence(Envelope event) {
        return event.causedBy(envelope);
    }
}
