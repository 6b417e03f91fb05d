package io.eventbus.core.publish;

import io.eventbus.api.EventBusException;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishResult;
import io.eventbus.api.Topic;
import java.util.concurrent.atomic.LongAdder;

/**
 * The way of an outcome to its callback: counted, and handed from whichever thread learned it to a callback thread.
 *
 * <p>Concurrency: safe from any thread; what runs before {@link #acknowledged} and {@link #failed} happens before the callback.
 */
final class ResultDesk {

    private final PublishWindow window;
    private final CallbackExecutor callbacks;
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder failed = new LongAdder();

    ResultDesk(PublishWindow window, CallbackExecutor callbacks) {
        this.window = window;
        this.callbacks = callbacks;
    }

    PublishWindow window() {
        return window;
    }

    /**
     * The broker has the event.
     *
     * @param task calls {@link #call} with the same callback and result
     */
    void acknowledged(PublishCallback callback, PublishResult result, Runnable task) {
        acknowledged.increment();
        hand(callback, result, task);
    }

    /**
     * The publish has failed.
     *
     * @param task calls {@link #call} with the same callback and result
     */
    void failed(PublishCallback callback, PublishResult result, Runnable task) {
        failed.increment();
        hand(callback, result, task);
    }

    /** A publish has failed before there was anything to send. */
    void refused(Topic topic, String eventId, EventBusException error, PublishCallback callback) {
        PublishResult result = new PublishResult.Failed(topic, eventId, error);
        failed(callback, result, () -> call(callback, result));
    }

    /** Calls a callback, on a callback thread. */
    void call(PublishCallback callback, PublishResult result) {
        try {
            callback.onResult(result);
        } finally {
            window.resultsDelivered(1);
        }
    }

    long acknowledgedCount() {
        return acknowledged.sum();
    }

    long failedCount() {
        return failed.sum();
    }

    private void hand(PublishCallback callback, PublishResult result, Runnable task) {
        if (callback instanceof BatchingCallback batching && batching.belongsTo(callbacks)) {
            batching.onResult(result);
            return;
        }
        window.resultsPending(1);
        callbacks.execute(task);
    }
}
