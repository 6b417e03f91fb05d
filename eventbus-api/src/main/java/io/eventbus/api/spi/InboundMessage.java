package io.eventbus.api.spi;

import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import org.jspecify.annotations.Nullable;

/**
 * One message received, with what is needed to settle it.
 *
 * <p>Concurrency: the accessors are pure. {@link #ack}, {@link #keepAlive} and {@link #giveBack} may be called from any thread, never
 * block on the network, never throw for a broker condition, and are harmless when the message is already settled or its assignment is
 * gone (a late ack has no effect). The bus settles each message at most once.
 */
public interface InboundMessage {

    /** Where it was published. */
    Topic topic();

    /** Where it is stored. */
    Position position();

    /** What it belongs to. */
    Assignment assignment();

    /** How often the broker delivered it, this time included; 1 where the broker does not count. */
    int deliveries();

    /** The headers as they were on the wire. */
    Headers headers();

    /** The broker's own key as it was on the wire; null where there is none (or the broker has no keys). Not to be changed. */
    byte @Nullable [] key();

    /** The body as it was on the wire; null only where the broker can tell null from empty. Not to be changed. */
    byte @Nullable [] body();

    /** The message is done: it is not to be delivered to the group again. */
    void ack();

    /** The message is still being worked on: the broker is not to deliver it again for now. */
    void keepAlive();

    /** The message was not handled: the broker may deliver it again at once, to whoever is next. */
    void giveBack();
}
