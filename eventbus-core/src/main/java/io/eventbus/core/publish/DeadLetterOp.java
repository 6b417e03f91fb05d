package io.eventbus.core.publish;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Position;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A message that a subscription sends itself: it needs no place in the window, and tells its sender directly. */
final class DeadLetterOp extends SendOp {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterOp.class);

    private final SendCallback done;

    /** @param ordered whether it waits for earlier messages of its key */
    DeadLetterOp(Sender sender, PublishTopic topic, OutboundMessage message, boolean ordered, SendCallback done) {
        super(sender, topic, message, ordered);
        this.done = done;
    }

    @Override
    void onAcknowledged(Position position, boolean duplicate) {
        try {
            done.acknowledged(position, duplicate);
        } catch (RuntimeException e) {
            LOG.error("The receiver of a dead letter's outcome threw", e);
        }
    }

    @Override
    void onFailed(EventBusException error) {
        try {
            done.failed(error);
        } catch (RuntimeException e) {
            LOG.error("The receiver of a dead letter's outcome threw", e);
        }
    }

    @Override
    void release(boolean placed) {}

    @Override
    void lingers() {}

    @Override
    void lingersNoMore() {}

    @Override
    boolean resends() {
        return true;
    }

    @Override
    boolean opensTopic() {
        return true;
    }
}
