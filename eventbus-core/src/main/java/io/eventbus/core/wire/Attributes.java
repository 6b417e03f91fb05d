package io.eventbus.core.wire;

import io.eventbus.api.Envelope;
import io.eventbus.api.Payload;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The attributes of one event as they are being read, in their textual form; null for what has not been found. */
final class Attributes {

    @Nullable
    String eventId;

    @Nullable
    String aggregateId;

    @Nullable
    String eventType;

    @Nullable
    String eventVersion;

    @Nullable
    String timestamp;

    @Nullable
    String traceId;

    @Nullable
    String correlationId;

    @Nullable
    String contentType;

    /** Fills what has not been found from the headers. */
    void completeFrom(HeaderReader headers) throws MalformedException {
        eventId = orHeader(eventId, headers, WireHeaders.EVENT_ID);
        aggregateId = orHeader(aggregateId, headers, WireHeaders.AGGREGATE_ID);
        eventType = orHeader(eventType, headers, WireHeaders.EVENT_TYPE);
        eventVersion = orHeader(eventVersion, headers, WireHeaders.EVENT_VERSION);
        timestamp = orHeader(timestamp, headers, WireHeaders.TIMESTAMP);
        traceId = orHeader(traceId, headers, WireHeaders.TRACE_ID);
        correlationId = orHeader(correlationId, headers, WireHeaders.CORRELATION_ID);
        contentType = orHeader(contentType, headers, WireHeaders.CONTENT_TYPE);
        contentType = orHeader(contentType, headers, "content_type");
    }

    boolean isJson() {
        return contentType == null || Json.isJson(contentType);
    }

    /** The envelope; an event without a time gets the epoch, since anything else would change from one reading to the next. */
    Envelope envelope(HeaderReader headers, @Nullable Payload payload) throws MalformedException {
        if (eventId == null) {
            throw missing("event_id", WireHeaders.EVENT_ID);
        }
        if (eventType == null) {
            throw missing("event_type", WireHeaders.EVENT_TYPE);
        }
        Envelope.Builder envelope = Envelope.builder(eventType)
                .eventId(eventId)
                .aggregateId(aggregateId)
                .eventVersion(version())
                .timestamp(timestamp == null ? Instant.EPOCH : Rfc3339.parse(timestamp))
                .traceId(traceId)
                .correlationId(correlationId)
                .contentType(contentType == null ? Envelope.JSON : contentType)
                .payload(payload);
        headers.copyApplicationHeaders(envelope);
        return envelope.build();
    }

    private int version() throws MalformedException {
        if (eventVersion == null) {
            return 0;
        }
        try {
            return Integer.parseInt(eventVersion);
        } catch (NumberFormatException e) {
            throw new MalformedException("event_version is not an integer of 32 bits");
        }
    }

    private static @Nullable String orHeader(@Nullable String found, HeaderReader headers, String name)
            throws MalformedException {
        return found != null && !found.isEmpty() ? found : headers.attribute(name);
    }

    private static MalformedException missing(String field, String header) {
        return new MalformedException("it has no " + field + ", neither in the body nor in header " + header);
    }
}
