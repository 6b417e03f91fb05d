package io.eventbus.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an event that a subscription gave up, for whoever reads the dead-letter topic. The event itself is the
 * {@link Delivery#envelope()}, as it was published.
 *
 * <p>A message that was no event has no envelope to restore. It is delivered with the event type {@link #UNDECODABLE}, its bytes as they were as
 * the payload, {@code application/octet-stream} as content type, the broker's key as aggregate id as far as it is text, and its
 * {@link #position} as event id.
 *
 * <p>The texts were cut to fit into a message; where that was not enough, message and stack are empty.
 *
 * @param topic where the event was published
 * @param position where it was stored there; null if the dead letter does not say so legibly
 * @param group the consumer group that gave it up
 * @param attempts how often the group's subscription tried it, at least 1
 * @param firstFailureAt when it failed first
 * @param lastFailureAt when it failed last
 * @param exceptionType the class of the last failure; empty if the handler gave a reason instead
 * @param message what the last failure said, or the handler's reason; may be empty
 * @param stack the stack of the last failure, the innermost call first; empty if there was none
 */
public record DeadLetter(
        Topic topic,
        @Nullable Position position,
        String group,
        int attempts,
        Instant firstFailureAt,
        Instant lastFailureAt,
        String exceptionType,
        String message,
        String stack) {

    /** The event type of a dead letter that is no event. */
    public static final String UNDECODABLE = "eventbus.Undecodable";
}
