package io.eventbus.core.wire;

import io.eventbus.api.Envelope;
import io.eventbus.api.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A writer of the JSON envelope. */
final class JsonEnvelopeWriter {

    private static final byte[] EVENT_ID = ascii("{\"event_id\":\"");
    private static final byte[] AGGREGATE_ID = ascii("\",\"aggregate_id\":\"");
    private static final byte[] EVENT_TYPE = ascii("\",\"event_type\":\"");
    private static final byte[] EVENT_VERSION = ascii("\",\"event_version\":");
    private static final byte[] TIMESTAMP = ascii(",\"timestamp\":\"");
    private static final byte[] TRACE_ID = ascii("\",\"trace_id\":\"");
    private static final byte[] CORRELATION_ID = ascii("\",\"correlation_id\":\"");
    private static final byte[] CONTENT_TYPE = ascii("\",\"content_type\":\"");
    private static final byte[] NO_PAYLOAD = ascii("\",\"payload\":null}");
    private static final byte[] PAYLOAD = ascii("\",\"payload\":");
    private static final byte[] END = ascii("}");
    private static final byte[] PAYLOAD_BASE64 = ascii("\",\"payload_base64\":\"");
    private static final byte[] END_BASE64 = ascii("\"}");

    /** Names, punctuation, version and time. */
    private static final int FIXED_BYTES = 256;

    private JsonEnvelopeWriter() {}

    static Utf8Buffer write(Envelope envelope, String timestamp) throws MalformedException {
        Payload payload = envelope.payload();
        Utf8Buffer out = new Utf8Buffer(capacity(envelope, payload));
        out.write(EVENT_ID);
        out.writeEscaped(envelope.eventId());
        optional(out, AGGREGATE_ID, envelope.aggregateId());
        out.write(EVENT_TYPE);
        out.writeEscaped(envelope.eventType());
        out.write(EVENT_VERSION);
        out.writeAscii(Integer.toString(envelope.eventVersion()));
        out.write(TIMESTAMP);
        out.writeAscii(timestamp);
        optional(out, TRACE_ID, envelope.traceId());
        optional(out, CORRELATION_ID, envelope.correlationId());
        if (!envelope.contentType().equals(Envelope.JSON)) {
            optional(out, CONTENT_TYPE, envelope.contentType());
        }
        if (payload == null) {
            out.write(NO_PAYLOAD);
        } else {
            writePayload(out, payload.unsafeArray(), Json.isJson(envelope.contentType()));
        }
        return out;
    }

    private static void writePayload(Utf8Buffer out, byte[] bytes, boolean json) throws MalformedException {
        if (json && bytes.length > 0) {
            checkPayload(bytes);
            if (Json.isEmbeddable(bytes)) {
                out.write(PAYLOAD);
                out.write(bytes);
                out.write(END);
                return;
            }
        }
        out.write(PAYLOAD_BASE64);
        out.write(Base64.getEncoder().encode(bytes));
        out.write(END_BASE64);
    }

    private static void checkPayload(byte[] bytes) throws MalformedException {
        try {
            Json.check(bytes);
        } catch (MalformedException e) {
            throw new MalformedException("its payload is declared as JSON but " + e.getMessage()
                    + "; correct the payload or give it the content type that it has");
        }
    }

    private static void optional(Utf8Buffer out, byte[] opening, @Nullable String value) {
        if (value != null) {
            out.write(opening);
            out.writeEscaped(value);
        }
    }

    private static int capacity(Envelope envelope, @Nullable Payload payload) {
        return FIXED_BYTES
                + envelope.eventId().length()
                + length(envelope.aggregateId())
                + envelope.eventType().length()
                + length(envelope.traceId())
                + length(envelope.correlationId())
                + (payload == null ? 0 : payload.size());
    }

    private static int length(@Nullable String value) {
        return value == null ? 0 : value.length();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
