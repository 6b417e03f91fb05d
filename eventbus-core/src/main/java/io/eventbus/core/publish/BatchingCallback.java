package io.eventbus.core.publish;

import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishResult;
import io.eventbus.api.PublishResults;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A callback that collects outcomes and hands on, on one callback thread at a time, what has come together since the last time. While
 * the receiver works the next list grows; it has no thread of its own.
 *
 * <p>Concurrency: {@link #onResult} may be called from any thread and does not block. {@code scheduled} is true from the first outcome until
 * the task that hands over finds none: the task clears it before it looks for the last time, and who adds an outcome does so before reading
 * it, so that no outcome stays behind and two lists are never under way.
 */
final class BatchingCallback implements PublishCallback, Runnable {

    private static final int MOST = 1_000;

    private final PublishResults results;
    private final CallbackExecutor callbacks;
    private final PublishWindow window;
    private final ConcurrentLinkedQueue<PublishResult> collected = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    BatchingCallback(PublishResults results, CallbackExecutor callbacks, PublishWindow window) {
        this.results = results;
        this.callbacks = callbacks;
        this.window = window;
    }

    /** Whether its lists are delivered on these threads. */
    boolean belongsTo(CallbackExecutor executor) {
        return callbacks == executor;
    }

    @Override
    public void onResult(PublishResult result) {
        window.resultsPending(1);
        collected.add(result);
        scheduleOnce();
    }

    /** Hands one list over and lets other callbacks have their turn before the next. */
    @Override
    public void run() {
        List<PublishResult> list = new ArrayList<>();
        PublishResult result = collected.poll();
        while (result != null) {
            list.add(result);
            result = list.size() < MOST ? collected.poll() : null;
        }
        try {
            if (!list.isEmpty()) {
                results.onResults(Collections.unmodifiableList(list));
            }
        } finally {
            window.resultsDelivered(list.size());
            scheduled.set(false);
            if (!collected.isEmpty()) {
                scheduleOnce();
            }
        }
    }

    private void scheduleOnce() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            callbacks.execute(this);
        }
    }
}
