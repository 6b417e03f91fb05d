package io.eventbus.outbox;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;

/**
 * An event whose publishing was given up. It, and all that came after it of its aggregate, stays in the outbox until it is re-queued or discarded.
 *
 * @param number its number in the outbox
 * @param topic where it was to be published
 * @param envelope the event
 * @param failures how often publishing it failed
 * @param reason the last failure
 * @param behind how many events of its aggregate wait behind it
 */
public record DeadEvent(long number, Topic topic, Envelope envelope, int failures, String reason, long behind) {}
