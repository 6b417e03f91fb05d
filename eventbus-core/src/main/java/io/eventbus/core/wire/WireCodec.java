package io.eventbus.core.wire;

import io.eventbus.api.DeadLetter;
import io.eventbus.api.DecodingException;
import io.eventbus.api.Envelope;
import io.eventbus.api.Payload;
import io.eventbus.api.PublishException;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.OutboundMessage;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A translator between envelopes and messages. The form it writes is an option; it reads every form.
 *
 * <p>Concurrency: immutable, safe from any thread.
 */
public final class WireCodec {

    /** What is kept free in a message for attributes and headers, in bytes. */
    static final int RESERVED_BYTES = 32 * 1024;

    private static final byte[] NOTHING = {};

    private final Options options;

    /** A codec with the given options. */
    public WireCodec(Options options) {
        this.options = options;
    }

    /**
     * The message for an envelope. Its message id is the event id, percent-encoded if it is not plain ASCII.
     *
     * @param deadlineNanos see {@link OutboundMessage#deadlineNanos()}
     * @throws PublishException with reason {@code NOT_ENCODABLE} if the envelope has no form on the wire
     */
    public OutboundMessage encode(Topic topic, Envelope envelope, long deadlineNanos) {
        try {
            return message(topic, envelope, deadlineNanos);
        } catch (MalformedException e) {
            throw new PublishException(
                    PublishException.Reason.NOT_ENCODABLE,
                    "cannot encode event " + envelope.eventId() + " of type " + envelope.eventType() + " for topic "
                            + topic + ": " + e.getMessage(),
                    e);
        }
    }

    /**
     * The envelope of a message, in whatever form it is. A dead letter that is not an event has one of type {@link DeadLetter#UNDECODABLE}.
     *
     * @throws DecodingException if the message is not an event; nothing else is thrown, whatever the bytes
     */
    public Envelope decode(InboundMessage message) {
        try {
            return envelope(message);
        } catch (MalformedException | RuntimeException e) {
            DeadLetter facts = deadLetterOf(message);
            if (facts != null) {
                return DeadLetterDecoding.undecodable(message, facts, aggregateIdOf(message));
            }
            // Whatever a foreign message provokes ends here: it must become a dead letter, not stop a worker.
            throw new DecodingException(
                    "cannot read the message at " + message.position() + " of topic " + message.topic()
                            + " as an event: " + e.getMessage(),
                    e);
        }
    }

    /**
     * The key by which a message is ordered; null if it has none or it cannot be read. Cheap, never throws. The broker's key is
     * returned byte by byte (ISO-8859-1), so that different keys stay different whatever their encoding.
     */
    public @Nullable String keyOf(InboundMessage message) {
        byte[] key = message.key();
        return key == null ? aggregateIdOf(message) : new String(key, StandardCharsets.ISO_8859_1);
    }

    /** Why the message became a dead letter; null if it is none or does not say so legibly. Never throws. */
    public @Nullable DeadLetter deadLetterOf(InboundMessage message) {
        return DeadLetterDecoding.facts(message);
    }

    /**
     * The dead letter of a message: body, headers and key as they were, with headers that say what happened. Its message id depends only
     * on the event and the group, so that a repeated write is stored once.
     */
    public OutboundMessage deadLetter(
            Topic deadLetterTopic, InboundMessage source, DeadLetterInfo info, long deadlineNanos) {
        try {
            return DeadLetterEncoding.encode(
                    deadLetterTopic, source, info, eventIdOf(source), aggregateIdOf(source), deadlineNanos);
        } catch (MalformedException e) {
            throw new PublishException(
                    PublishException.Reason.NOT_ENCODABLE,
                    "cannot encode the dead letter of the message at " + source.position() + " of topic "
                            + source.topic() + ": " + e.getMessage(),
                    e);
        }
    }

    /** The largest payload, in bytes, that is certain to fit into a message of the given size. */
    public long maxPayloadBytes(long maxMessageBytes) {
        long free = Math.max(0, maxMessageBytes - RESERVED_BYTES);
        return options.format == WireFormat.JSON ? free / 4 * 3 : free;
    }

    /** The form of an id in which every broker carries it in a header. */
    static String messageId(String id) {
        return HeaderText.isPlain(id) ? id : HeaderText.escape(id);
    }

    private OutboundMessage message(Topic topic, Envelope envelope, long deadlineNanos) throws MalformedException {
        String timestamp = Rfc3339.format(envelope.timestamp());
        HeaderWriter headers = new HeaderWriter();
        addAttributes(headers, envelope, timestamp);
        byte[] body;
        if (options.format == WireFormat.BINARY) {
            headers.addPlain(WireHeaders.FORMAT, WireHeaders.BINARY);
            body = binaryBody(headers, envelope.payload());
        } else {
            Utf8Buffer json = JsonEnvelopeWriter.write(envelope, timestamp);
            byte[] compressed = compressed(headers, json.array(), json.length());
            body = compressed == null ? json.toBytes() : compressed;
        }
        headers.addAll(envelope.headers());
        return new OutboundMessage(
                topic, messageId(envelope.eventId()), envelope.aggregateId(), headers.build(), body, deadlineNanos);
    }

    private static void addAttributes(HeaderWriter headers, Envelope envelope, String timestamp) {
        headers.add(WireHeaders.EVENT_ID, envelope.eventId());
        headers.add(WireHeaders.AGGREGATE_ID, envelope.aggregateId());
        headers.add(WireHeaders.EVENT_TYPE, envelope.eventType());
        headers.addPlain(WireHeaders.EVENT_VERSION, Integer.toString(envelope.eventVersion()));
        headers.addPlain(WireHeaders.TIMESTAMP, timestamp);
        headers.add(WireHeaders.TRACE_ID, envelope.traceId());
        headers.add(WireHeaders.CORRELATION_ID, envelope.correlationId());
        headers.add(WireHeaders.CONTENT_TYPE, envelope.contentType());
    }

    private byte @Nullable [] binaryBody(HeaderWriter headers, @Nullable Payload payload) {
        if (payload == null) {
            if (options.nullBody) {
                return null;
            }
            headers.addPlain(WireHeaders.NULL, "1");
            return NOTHING;
        }
        byte[] bytes = payload.unsafeArray();
        byte[] compressed = compressed(headers, bytes, bytes.length);
        return compressed == null ? bytes : compressed;
    }

    /** The bytes compressed, and the headers told; null if they are to be sent as they are. */
    private byte @Nullable [] compressed(HeaderWriter headers, byte[] bytes, int length) {
        // What is larger than a reader with these options accepts is better refused by the broker than by every reader.
        if (!options.compress || length < options.compressionThreshold || length > options.maxDecompressedBytes) {
            return null;
        }
        byte[] compressed = Lz4Block.compress(bytes, length);
        if (compressed != null) {
            headers.addPlain(WireHeaders.ENCODING, WireHeaders.LZ4);
            headers.addPlain(WireHeaders.SIZE, Integer.toString(length));
        }
        return compressed;
    }

    private Envelope envelope(InboundMessage message) throws MalformedException {
        HeaderReader headers = new HeaderReader(message.headers());
        byte[] body = decompressed(headers, message.body());
        if (isBinary(headers)) {
            boolean tombstone = headers.raw(WireHeaders.NULL) != null;
            return fromHeaders(headers, body == null || tombstone ? null : Payload.wrap(body));
        }
        return body == null ? fromHeaders(headers, null) : JsonEnvelopeReader.read(body, headers);
    }

    private static Envelope fromHeaders(HeaderReader headers, @Nullable Payload payload) throws MalformedException {
        Attributes attributes = new Attributes();
        attributes.completeFrom(headers);
        return attributes.envelope(headers, payload);
    }

    private byte @Nullable [] decompressed(HeaderReader headers, byte @Nullable [] body) throws MalformedException {
        String encoding = headers.raw(WireHeaders.ENCODING);
        if (encoding == null || body == null) {
            return body;
        }
        if (!encoding.equals(WireHeaders.LZ4)) {
            throw new MalformedException("header " + WireHeaders.ENCODING + " is not '" + WireHeaders.LZ4
                    + "', the only encoding known here");
        }
        return Lz4Block.decompress(body, headers.raw(WireHeaders.SIZE), options.maxDecompressedBytes);
    }

    private static boolean isBinary(HeaderReader headers) throws MalformedException {
        String format = headers.raw(WireHeaders.FORMAT);
        if (format != null && !format.equals(WireHeaders.BINARY)) {
            throw new MalformedException(
                    "header " + WireHeaders.FORMAT + " is not '" + WireHeaders.BINARY + "', the only value known here");
        }
        return format != null;
    }

    private static @Nullable String aggregateIdOf(InboundMessage message) {
        try {
            String id = new HeaderReader(message.headers()).attribute(WireHeaders.AGGREGATE_ID);
            if (id != null || WireHeaders.carryAttributes(message.headers())) {
                return id;
            }
            byte[] body = message.body();
            String inBody = body == null || message.headers().contains(WireHeaders.ENCODING)
                    ? null
                    : JsonEnvelopeReader.aggregateId(body);
            return inBody == null || inBody.isEmpty() ? null : inBody;
        } catch (MalformedException | RuntimeException e) {
            return null; // decode says what is wrong
        }
    }

    private @Nullable String eventIdOf(InboundMessage message) {
        try {
            String id = new HeaderReader(message.headers()).attribute(WireHeaders.EVENT_ID);
            return id != null ? id : envelope(message).eventId();
        } catch (MalformedException | RuntimeException e) {
            return null; // the position stands for it
        }
    }

    /**
     * What a codec writes, and how much it reads.
     *
     * @param format the form to write
     * @param compress whether to compress bodies
     * @param compressionThreshold the smallest body that is compressed, in bytes
     * @param maxDecompressedBytes the largest body that is decompressed, in bytes
     * @param nullBody whether the broker can tell a null body from an empty one
     */
    public record Options(
            WireFormat format,
            boolean compress,
            int compressionThreshold,
            long maxDecompressedBytes,
            boolean nullBody) {}
}
