package io.eventbus.api;

/**
 * The broker's durable acknowledgement of one event.
 *
 * @param topic where it was published
 * @param eventId the event's id
 * @param position where the broker stored it
 * @param duplicate whether the broker had stored an event of this id before and therefore did not store it again
 */
public record PublishReceipt(Topic topic, String eventId, Position position, boolean duplicate) {}
