package io.eventbus.core.wire;

import io.eventbus.api.DeadLetter;
import io.eventbus.api.Envelope;
import io.eventbus.api.InvalidInputException;
import io.eventbus.api.Payload;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.InboundMessage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The reading of what {@link DeadLetterEncoding} wrote. Anybody can write such headers: what is not legible is taken for not there, and nothing
 * is thrown.
 */
final class DeadLetterDecoding {

    private static final String BYTES = "application/octet-stream";

    private DeadLetterDecoding() {}

    /**
     * Why the message became a dead letter; null if it is none, or does not say so legibly. A message on the very topic that it names is none
     * either: somebody put it back to be handled.
     */
    static @Nullable DeadLetter facts(InboundMessage message) {
        String name = message.headers().first(WireHeaders.DLQ_TOPIC);
        if (name == null || name.equals(message.topic().name())) {
            return null;
        }
        try {
            HeaderReader headers = new HeaderReader(message.headers());
            return new DeadLetter(
                    Topic.of(name),
                    position(text(headers, WireHeaders.DLQ_POSITION)),
                    required(headers, WireHeaders.DLQ_GROUP),
                    Integer.parseInt(required(headers, WireHeaders.DLQ_ATTEMPTS)),
                    time(headers, WireHeaders.DLQ_FIRST_FAILURE),
                    time(headers, WireHeaders.DLQ_LAST_FAILURE),
                    text(headers, WireHeaders.DLQ_EXCEPTION),
                    text(headers, WireHeaders.DLQ_MESSAGE),
                    text(headers, WireHeaders.DLQ_STACK));
        } catch (MalformedException | RuntimeException e) {
            return null;
        }
    }

    /**
     * The envelope of a dead letter that is no event.
     *
     * @param aggregateId the key as far as the body or the headers tell it; used where the broker has none of its own
     */
    static Envelope undecodable(InboundMessage message, DeadLetter facts, @Nullable String aggregateId) {
        byte[] body = message.body();
        Position position = facts.position();
        Envelope.Builder envelope = Envelope.builder(DeadLetter.UNDECODABLE)
                .eventId((position == null ? message.position() : position).toString())
                .aggregateId(key(message, aggregateId))
                .timestamp(facts.firstFailureAt())
                .contentType(BYTES)
                .payload(body == null ? null : Payload.wrap(body));
        try {
            new HeaderReader(message.headers()).copyApplicationHeaders(envelope);
        } catch (MalformedException | InvalidInputException e) {
            // What is left of the headers does not matter any more; the bytes do.
            return envelope.build();
        }
        return envelope.build();
    }

    private static @Nullable String key(InboundMessage message, @Nullable String aggregateId) {
        byte[] bytes = message.key();
        try {
            String key = bytes == null
                    ? aggregateId
                    : StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString();
            return Envelope.builder(DeadLetter.UNDECODABLE)
                    .aggregateId(key)
                    .build()
                    .aggregateId();
        } catch (CharacterCodingException | InvalidInputException e) {
            return null;
        }
    }

    /** The position behind its text; null if it is not one. */
    private static @Nullable Position position(String text) {
        int at = text.lastIndexOf('@');
        int slash = at < 0 ? -1 : text.lastIndexOf('/', at);
        if (slash < 1 || text.length() > Envelope.MAX_ID_LENGTH || !HeaderText.isPrintable(text)) {
            return null;
        }
        try {
            return new Position(
                    text.substring(0, slash),
                    Integer.parseInt(text.substring(slash + 1, at)),
                    Long.parseLong(text.substring(at + 1)));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static Instant time(HeaderReader headers, String name) throws MalformedException {
        return Rfc3339.parse(required(headers, name));
    }

    private static String required(HeaderReader headers, String name) throws MalformedException {
        String value = headers.attribute(name);
        if (value == null) {
            throw new MalformedException("a dead letter without header " + name);
        }
        return value;
    }

    /** The text of the header; empty if there is none or it is not legible, which does not make the other facts worthless. */
    private static String text(HeaderReader headers, String name) {
        try {
            String value = headers.value(name);
            return value == null ? "" : value;
        } catch (MalformedException e) {
            return "";
        }
    }
}
