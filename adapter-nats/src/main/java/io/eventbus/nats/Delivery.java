package io.eventbus.nats;

import io.nats.client.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message as the server delivered it.
 *
 * @param place what its reply subject tells
 * @param handle its reply subject, on which it is settled
 */
record Delivery(Message message, AckSubject place, String handle) {

    /** The delivery that a message is; null if the reply subject tells no place in a stream. */
    static @Nullable Delivery of(Message message) {
        String handle = message.getReplyTo();
        AckSubject place = AckSubject.parse(handle);
        return place == null || handle == null ? null : new Delivery(message, place, handle);
    }

    /** Its place in the stream. */
    long sequence() {
        return place.streamSequence();
    }

    /** The consumer's number of this delivery, which counts redeliveries too. */
    long number() {
        return place.consumerSequence();
    }

    /** Whether it is the first delivery of this message. */
    boolean first() {
        return place.deliveries() == 1;
    }
}
