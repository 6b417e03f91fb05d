package io.eventbus.core.wire;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.OutboundMessage;
import org.jspecify.annotations.Nullable;

/**
 * A translator between envelopes and messages. The form it writes is an option; it reads every form.
 *
 * <p>Concurrency: immutable, safe from any thread.
 */
public final class WireCodec {

    /** What is kept free in a message for attributes and headers, in bytes. */
    static final int RESERVED_BYTES = 32 * 1024;

    private final Options options;

    /** A codec with the given options. */
    public WireCodec(Options options) {
        this.options = options;
    }

    /**
     * The message for an envelope.
     *
     * @param deadlineNanos see {@link OutboundMessage#deadlineNanos()}
     * @throws io.eventbus.api.PublishException with reason {@code NOT_ENCODABLE} if the envelope has no form on the wire
     */
    public OutboundMessage encode(Topic topic, Envelope envelope, long deadlineNanos) {
        return pending(OutboundMessage.class);
    }

    /**
     * The envelope of a message, in whatever form it is.
     *
     * @throws io.eventbus.api.DecodingException if the message is not an event; nothing else is thrown, whatever the bytes
     */
    public Envelope decode(InboundMessage message) {
        return pending(Envelope.class);
    }

    /**
     * The key by which a message is ordered; null if it has none or it cannot be read. Cheap, never throws. The broker's key is
     * returned byte by byte (ISO-8859-1), so that different keys stay different whatever their encoding.
     */
    public @Nullable String keyOf(InboundMessage message) {
        return pending(String.class);
    }

    /**
     * The dead letter of a message: body, headers and key as they were, with headers that say what happened. Its message id depends only
     * on the event and the group, so that a repeated write is stored once.
     */
    public OutboundMessage deadLetter(
            Topic deadLetterTopic, InboundMessage source, DeadLetterInfo info, long deadlineNanos) {
        return pending(OutboundMessage.class);
    }

    private <T> T pending(Class<T> type) {
        throw new UnsupportedOperationException(type + " " + options);
    }

    /** The largest payload, in bytes, that is certain to fit into a message of the given size. */
    public long maxPayloadBytes(long maxMessageBytes) {
        long free = Math.max(0, maxMessageBytes - RESERVED_BYTES);
        return options.format == WireFormat.JSON ? free / 4 * 3 : free;
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
