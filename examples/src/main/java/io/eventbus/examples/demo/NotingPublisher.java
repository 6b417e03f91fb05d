package io.eventbus.examples.demo;

import io.eventbus.api.Envelope;
import io.eventbus.api.EventPublisher;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishResult;
import io.eventbus.api.PublishResults;
import io.eventbus.api.Topic;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A publisher that shows each outcome to somebody else before it passes it on.
 *
 * <p>Concurrency: safe from any thread, as the publisher below is. The callbacks that {@link #batching} has made are passed on as they are, since the bus knows its own
 * and serves them better; they are few and kept for good.
 */
final class NotingPublisher implements EventPublisher {

    private final EventPublisher publisher;
    private final Consumer<PublishResult> note;
    private final Set<PublishCallback> noting = ConcurrentHashMap.newKeySet();

    NotingPublisher(EventPublisher publisher, Consumer<PublishResult> note) {
        this.publisher = publisher;
        this.note = note;
    }

    @Override
    public void publish(Topic topic, Envelope envelope, PublishOptions options, PublishCallback done) {
        publisher.publish(
                topic,
                envelope,
                options,
                noting.contains(done)
                        ? done
                        : result -> {
                            note.accept(result);
                            done.onResult(result);
                        });
    }

    @Override
    public PublishCallback batching(PublishResults results) {
        PublishCallback callback = publisher.batching(list -> {
            list.forEach(note);
            results.onResults(list);
        });
        noting.add(callback);
        return callback;
    }
}
