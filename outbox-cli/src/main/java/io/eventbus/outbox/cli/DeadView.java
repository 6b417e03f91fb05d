package io.eventbus.outbox.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.eventbus.api.Envelope;
import io.eventbus.api.Payload;
import io.eventbus.outbox.DeadEvent;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A dead event as it is shown: on one line, in full, and in JSON. */
final class DeadView {

    private DeadView() {}

    static String line(DeadEvent dead) {
        Envelope event = dead.envelope();
        return clean("%d  %s  topic %s  type %s  aggregate %s  failed %d times  %d behind  %s"
                .formatted(
                        dead.number(),
                        event.eventId(),
                        dead.topic().name(),
                        event.eventType(),
                        orNone(event.aggregateId()),
                        dead.failures(),
                        dead.behind(),
                        dead.reason()));
    }

    static String full(DeadEvent dead) {
        Envelope event = dead.envelope();
        StringBuilder text = new StringBuilder();
        put(text, "event id", event.eventId());
        put(text, "number", String.valueOf(dead.number()));
        put(text, "topic", dead.topic().name());
        put(text, "aggregate", orNone(event.aggregateId()));
        put(text, "type", event.eventType() + ", version " + event.eventVersion());
        put(text, "happened", event.timestamp().toString());
        put(text, "trace", orNone(event.traceId()));
        put(text, "correlation", orNone(event.correlationId()));
        put(text, "content type", event.contentType());
        event.headers().forEach((name, value) -> put(text, "header", name + ": " + value));
        Payload payload = event.payload();
        put(text, "payload", payload == null ? "none" : payload.size() + " bytes");
        put(text, "failed", dead.failures() + " times, last: " + dead.reason());
        put(text, "behind it", dead.behind() + " events of its aggregate");
        return text.toString();
    }

    static ObjectNode json(DeadEvent dead) {
        Envelope event = dead.envelope();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("number", dead.number());
        node.put("eventId", event.eventId());
        node.put("topic", dead.topic().name());
        node.put("aggregateId", event.aggregateId());
        node.put("eventType", event.eventType());
        node.put("eventVersion", event.eventVersion());
        node.put("timestamp", event.timestamp().toString());
        node.put("traceId", event.traceId());
        node.put("correlationId", event.correlationId());
        node.put("contentType", event.contentType());
        ArrayNode headers = node.putArray("headers"); // a name may stand there several times
        event.headers()
                .forEach((name, value) -> headers.addObject().put("name", name).put("value", value));
        Payload payload = event.payload();
        node.put("payloadBytes", payload == null ? 0 : payload.size());
        node.put("failures", dead.failures());
        node.put("reason", dead.reason());
        node.put("behind", dead.behind());
        return node;
    }

    /** Adds the payload to its JSON: as text if it is one, otherwise in Base64; null if there is none. */
    static void addPayload(ObjectNode node, @Nullable Payload payload) {
        if (payload == null) {
            node.putNull("payload");
            return;
        }
        String text = text(payload);
        node.put("payloadEncoding", text == null ? "base64" : "utf-8");
        node.put("payload", text == null ? base64(payload) : text);
    }

    /** The payload for a terminal. */
    static String payload(@Nullable Payload payload) {
        if (payload == null) {
            return "(no payload)";
        }
        String text = text(payload);
        return text == null ? "(in Base64) " + base64(payload) : cleanLines(text);
    }

    /** What an event holds comes from elsewhere and must not steer the terminal. */
    static String clean(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static String cleanLines(String text) {
        return text.replaceAll("[\\p{Cntrl}&&[^\n\r\t]]", "?");
    }

    private static void put(StringBuilder text, String name, String value) {
        text.append("%-13s %s%n".formatted(name, clean(value)));
    }

    private static String orNone(@Nullable String value) {
        return value == null ? "none" : value;
    }

    private static String base64(Payload payload) {
        return Base64.getEncoder().encodeToString(payload.toBytes());
    }

    private static @Nullable String text(Payload payload) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(payload.asByteBuffer())
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
