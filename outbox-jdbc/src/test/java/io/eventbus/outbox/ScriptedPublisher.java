package io.eventbus.outbox;

import io.eventbus.api.Envelope;
import io.eventbus.api.EventBusException;
import io.eventbus.api.EventPublisher;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishReceipt;
import io.eventbus.api.PublishResult;
import io.eventbus.api.PublishResults;
import io.eventbus.api.Topic;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A publisher whose answers a test decides; it answers on a thread of its own and notes what it acknowledged. */
final class ScriptedPublisher implements EventPublisher, AutoCloseable {

    private final ExecutorService answers = Executors.newSingleThreadExecutor();
    private final List<Envelope> acknowledged = new CopyOnWriteArrayList<>();
    private final List<Envelope> attempted = new CopyOnWriteArrayList<>();
    private volatile Function<Envelope, PublishException.@Nullable Reason> script = event -> null;

    /** What each event gets from now on; null is the acknowledgement. */
    void answer(Function<Envelope, PublishException.@Nullable Reason> how) {
        script = how;
    }

    /** In the order of the acknowledgements. */
    List<Envelope> acknowledged() {
        return acknowledged;
    }

    /** Every call. */
    List<Envelope> attempted() {
        return attempted;
    }

    @Override
    public void publish(Topic topic, Envelope envelope, PublishOptions options, PublishCallback done) {
        attempted.add(envelope);
        answers.execute(() -> {
            PublishException.Reason reason = script.apply(envelope);
            if (reason == null) {
                acknowledged.add(envelope);
                done.onResult(new PublishResult.Acknowledged(new PublishReceipt(
                        topic,
                        envelope.eventId(),
                        new io.eventbus.api.Position("log", 0, acknowledged.size()),
                        false)));
            } else {
                EventBusException error = new PublishException(reason, "scripted " + reason, null);
                done.onResult(new PublishResult.Failed(topic, envelope.eventId(), error));
            }
        });
    }

    @Override
    public PublishCallback batching(PublishResults results) {
        return result -> results.onResults(List.of(result));
    }

    @Override
    public void close() {
        answers.shutdownNow();
    }
}
