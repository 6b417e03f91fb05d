package io.eventbus.memory;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import org.jspecify.annotations.Nullable;

/**
 * A send that has no outcome yet. It is settled once, under the broker's lock; the callback is called later, by the broker's thread and
 * outside the lock.
 */
final class PendingSend implements Request {

    private final MemoryBroker broker;
    private final OutboundMessage message;
    private final boolean makesTopic;
    private final SendCallback callback;
    private @Nullable Position position;
    private boolean duplicate;
    private @Nullable EventBusException error;

    PendingSend(MemoryBroker broker, OutboundMessage message, boolean makesTopic, SendCallback callback) {
        this.broker = broker;
        this.message = message;
        this.makesTopic = makesTopic;
        this.callback = callback;
    }

    /** The message is stored and acknowledged. */
    @Override
    public void apply() {
        store();
        broker.completed(this);
    }

    /** The message is stored, unless it already is; nobody is told. */
    void store() {
        if (position != null) {
            return;
        }
        TopicLog topic = broker.topic(message.topic(), makesTopic);
        if (topic == null) {
            error = failure(
                    Reason.TOPIC_MISSING, "there is no such topic and topics are not created by use; create it first");
            return;
        }
        Position earlier = topic.duplicateOf(message.messageId(), broker.now());
        duplicate = earlier != null;
        position = earlier != null ? earlier : topic.append(message, broker.now());
    }

    void fail(Reason reason, String why) {
        fail(failure(reason, why));
    }

    void fail(EventBusException failure) {
        error = failure;
        broker.completed(this);
    }

    long deadlineNanos() {
        return message.deadlineNanos();
    }

    /** Calls the callback with what was settled. */
    void complete() {
        if (error != null) {
            callback.failed(error);
        } else if (position != null) {
            callback.acknowledged(position, duplicate);
        }
    }

    private PublishException failure(Reason reason, String why) {
        return new PublishException(
                reason, "publish of event " + message.messageId() + " to " + message.topic() + ": " + why, null);
    }
}
