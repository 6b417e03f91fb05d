package io.eventbus.api.spi;

import io.eventbus.api.Headers;
import io.eventbus.api.Topic;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One message to be sent, ready for the wire. Header values hold printable ASCII only.
 *
 * @param topic where to
 * @param messageId the broker's message id: the event id
 * @param key the aggregate id, or null
 * @param headers all headers
 * @param body the body; null only for a tombstone in a wire format that leaves it to the broker ({@link Transport#nullBody()})
 * @param deadlineNanos the {@link System#nanoTime()} after which the sender no longer waits for the outcome
 */
@SuppressWarnings("ArrayRecordComponent") // handed through by reference; never compared
public record OutboundMessage(
        Topic topic,
        String messageId,
        @Nullable String key,
        Headers headers,
        byte @Nullable [] body,
        long deadlineNanos) {

    /** The key as bytes, or null. */
    public byte @Nullable [] keyBytes() {
        return key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    }

    /** The number of bytes of body and headers; what limits count. */
    public int size() {
        return (body == null ? 0 : body.length) + headers.length();
    }
}
