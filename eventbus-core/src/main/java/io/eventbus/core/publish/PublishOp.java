package io.eventbus.core.publish;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Position;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishReceipt;
import io.eventbus.api.PublishResult;
import io.eventbus.api.spi.OutboundMessage;
import java.util.Objects;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** One publish from the moment its event is encoded; also the task that tells its callback. */
final class PublishOp extends SendOp implements Runnable {

    /** As the application gave it; the broker's message id may be an escaped form of it. */
    private final String eventId;

    private final ResultDesk desk;
    private final PublishCallback callback;
    private final int size;
    private final boolean resends;
    private @Nullable Future<?> alarm;
    private @Nullable PublishResult result;

    /**
     * @param ordered whether it waits for earlier messages of its key
     * @param resends whether a failed send is repeated here
     */
    PublishOp(
            Sender sender,
            PublishTopic topic,
            OutboundMessage message,
            boolean ordered,
            boolean resends,
            String eventId,
            ResultDesk desk,
            PublishCallback callback) {
        super(sender, topic, message, ordered);
        this.resends = resends;
        this.eventId = eventId;
        this.desk = desk;
        this.callback = callback;
        this.size = message.size();
    }

    int size() {
        return size;
    }

    /** Sets what is to be cancelled with the outcome; before the message is sent, by the publishing thread. */
    void alarm(Future<?> value) {
        alarm = value;
    }

    @Override
    void onAcknowledged(Position position, boolean duplicate) {
        PublishResult told =
                new PublishResult.Acknowledged(new PublishReceipt(message.topic(), eventId, position, duplicate));
        result = told;
        desk.acknowledged(callback, told, this);
    }

    @Override
    void onFailed(EventBusException error) {
        PublishResult told = new PublishResult.Failed(message.topic(), eventId, error);
        result = told;
        desk.failed(callback, told, this);
    }

    @Override
    void release(boolean placed) {
        Future<?> pending = alarm;
        if (pending != null) {
            pending.cancel(false);
        }
        if (placed) {
            desk.window().give(size);
        }
    }

    @Override
    void lingers() {
        desk.window().lingers(size);
    }

    @Override
    void lingersNoMore() {
        desk.window().lingersNoMore(size);
    }

    @Override
    public void run() {
        desk.call(callback, Objects.requireNonNull(result));
    }

    @Override
    boolean resends() {
        return resends;
    }

    @Override
    boolean opensTopic() {
        return false;
    }
}
