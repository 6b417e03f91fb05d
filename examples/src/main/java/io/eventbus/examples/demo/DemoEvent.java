package io.eventbus.examples.demo;

import io.eventbus.api.Envelope;
import java.time.Instant;

/**
 * One event to be published.
 *
 * @param topic the index of its topic
 * @param aggregate the index of its aggregate
 * @param sequence its number within the aggregate, counted from 1
 * @param aggregateId the name of the aggregate
 * @param type the event type
 * @param version the event version
 * @param time when it happened
 * @param payload its JSON payload
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record DemoEvent(
        int topic,
        int aggregate,
        int sequence,
        String aggregateId,
        String type,
        int version,
        Instant time,
        byte[] payload) {

    /** The event as it is published, under this id. */
    Envelope envelope(String eventId) {
        return Envelope.builder(type)
                .eventId(eventId)
                .aggregateId(aggregateId)
                .eventVersion(version)
                .timestamp(time)
                .payload(payload)
                .build();
    }
}
