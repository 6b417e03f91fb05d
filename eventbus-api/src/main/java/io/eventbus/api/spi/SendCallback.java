package io.eventbus.api.spi;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Position;

/**
 * The receiver of the one outcome of one send. Exactly one method is called, exactly once, on any thread, possibly before
 * {@link Transport#send} returns. It does little and never blocks.
 */
public interface SendCallback {

    /**
     * The broker stored the message durably.
     *
     * @param position where
     * @param duplicate whether it had been stored before and was not stored again
     */
    void acknowledged(Position position, boolean duplicate);

    /**
     * The message was not acknowledged.
     *
     * @param error typed and worded for the application; usually a {@link io.eventbus.api.PublishException}
     */
    void failed(EventBusException error);
}
