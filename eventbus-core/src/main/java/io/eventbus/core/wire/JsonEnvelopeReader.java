package io.eventbus.core.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.eventbus.api.Envelope;
import io.eventbus.api.Payload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A reader of one JSON envelope. Fields may stand in any order, unknown ones are ignored; what the body leaves out is taken from the
 * headers.
 */
final class JsonEnvelopeReader {

    private static final String AGGREGATE_ID = "aggregate_id";
    private static final String EVENT_VERSION = "event_version";
    private static final String PAYLOAD = "payload";
    private static final String PAYLOAD_BASE64 = "payload_base64";

    private final byte[] body;
    private final Attributes attributes = new Attributes();
    private int seen;
    private @Nullable Payload raw;
    private @Nullable Payload encoded;
    private boolean tombstone;

    private JsonEnvelopeReader(byte[] body) {
        this.body = body;
    }

    /** The envelope in the body, completed from the headers. */
    static Envelope read(byte[] body, HeaderReader headers) throws MalformedException {
        JsonEnvelopeReader reader = new JsonEnvelopeReader(body);
        try (JsonParser parser = Json.envelopeParser(body)) {
            reader.readObject(parser);
        } catch (IOException e) {
            throw new MalformedException("the body " + Json.malformed(e).getMessage());
        }
        return reader.envelope(headers);
    }

    /** The aggregate id in the body, read no further than needed; null if there is none. */
    static @Nullable String aggregateId(byte[] body) throws MalformedException {
        try (JsonParser parser = Json.envelopeParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                if (name.equals(AGGREGATE_ID)) {
                    return text(parser, name);
                }
                parser.skipChildren();
            }
            return null;
        } catch (IOException e) {
            throw Json.malformed(e);
        }
    }

    private void readObject(JsonParser parser) throws IOException, MalformedException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedException("the body is not a JSON object");
        }
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            readField(parser, name);
        }
        if (parser.nextToken() != null) {
            throw new MalformedException("the body goes on behind the envelope at byte "
                    + parser.currentTokenLocation().getByteOffset());
        }
    }

    private void readField(JsonParser parser, String name) throws IOException, MalformedException {
        switch (name) {
            case "event_id" -> attributes.eventId = once(parser, name, 0);
            case AGGREGATE_ID -> attributes.aggregateId = once(parser, name, 1);
            case "event_type" -> attributes.eventType = once(parser, name, 2);
            case EVENT_VERSION -> attributes.eventVersion = once(parser, name, 3);
            case "timestamp" -> attributes.timestamp = once(parser, name, 4);
            case "trace_id" -> attributes.traceId = once(parser, name, 5);
            case "correlation_id" -> attributes.correlationId = once(parser, name, 6);
            case "content_type" -> attributes.contentType = once(parser, name, 7);
            case PAYLOAD -> readPayload(parser);
            case PAYLOAD_BASE64 -> readEncodedPayload(parser);
            default -> parser.skipChildren();
        }
    }

    private @Nullable String once(JsonParser parser, String name, int bit) throws IOException, MalformedException {
        markSeen(parser, name, bit);
        return text(parser, name);
    }

    private void readPayload(JsonParser parser) throws IOException, MalformedException {
        markSeen(parser, PAYLOAD, 8);
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            tombstone = true;
            return;
        }
        int start = offset(parser.currentTokenLocation().getByteOffset());
        parser.skipChildren();
        parser.finishToken();
        int end = offset(parser.currentLocation().getByteOffset());
        raw = Payload.wrap(Arrays.copyOfRange(body, start, end));
    }

    private void readEncodedPayload(JsonParser parser) throws IOException, MalformedException {
        markSeen(parser, PAYLOAD_BASE64, 9);
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw unexpected(parser, PAYLOAD_BASE64, "a string");
        }
        long at = parser.currentTokenLocation().getByteOffset();
        int start = offset(at) + 1;
        parser.finishToken();
        int end = offset(parser.currentLocation().getByteOffset()) - 1;
        try {
            encoded = Payload.wrap(decodeBase64(parser, start, end));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("field '" + PAYLOAD_BASE64 + "' at byte " + at + " is not base64");
        }
    }

    private byte[] decodeBase64(JsonParser parser, int start, int end) throws IOException {
        for (int i = start; i < end; i++) {
            if (body[i] == '\\') { // some writers escape every slash
                return Base64.getDecoder().decode(parser.getText().getBytes(StandardCharsets.UTF_8));
            }
        }
        ByteBuffer decoded = Base64.getDecoder().decode(ByteBuffer.wrap(body, start, end - start));
        return decoded.remaining() == decoded.array().length
                ? decoded.array()
                : Arrays.copyOf(decoded.array(), decoded.remaining());
    }

    private Envelope envelope(HeaderReader headers) throws MalformedException {
        attributes.completeFrom(headers);
        if (raw != null && encoded != null) {
            throw new MalformedException("the body has both '" + PAYLOAD + "' and '" + PAYLOAD_BASE64 + "'");
        }
        if (raw != null && !attributes.isJson()) {
            attributes.contentType = Envelope.JSON; // the header of a foreign service may speak of something else
        }
        Payload present = raw != null ? raw : encoded;
        return attributes.envelope(headers, present == null && !tombstone ? Payload.empty() : present);
    }

    private void markSeen(JsonParser parser, String name, int bit) throws MalformedException {
        if ((seen & 1 << bit) != 0) {
            throw new MalformedException("field '" + name + "' occurs again at byte "
                    + parser.currentTokenLocation().getByteOffset());
        }
        seen |= 1 << bit;
    }

    /** The text of a string or integer; null for null. */
    private static @Nullable String text(JsonParser parser, String name) throws IOException, MalformedException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NUMBER_INT) {
            throw unexpected(parser, name, name.equals(EVENT_VERSION) ? "an integer" : "a string");
        }
        return parser.getText();
    }

    private static MalformedException unexpected(JsonParser parser, String name, String expected) {
        return new MalformedException("field '" + name + "' at byte "
                + parser.currentTokenLocation().getByteOffset() + " is not " + expected);
    }

    private static int offset(long byteOffset) {
        return Math.toIntExact(byteOffset);
    }
}
