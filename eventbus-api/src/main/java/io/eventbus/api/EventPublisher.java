package io.eventbus.api;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A way to publish events. Every publish has exactly one outcome: acknowledged by the broker, or failed with a typed error.
 *
 * <p>Publishing is asynchronous. A call waits only while the publish window is full (unless the bus is told to fail instead) and, the
 * first time a topic is used, while the topic is looked up or created. Events of one aggregate that one thread publishes to one topic
 * are stored in the order of the calls.
 *
 * <p>Concurrency: all methods may be called from any thread, handlers and callbacks included.
 */
public interface EventPublisher {

    /**
     * Publishes an event.
     *
     * @param topic where to
     * @param envelope the event
     * @param options order and deadline
     * @param done receives the outcome exactly once, later, on a callback thread; this includes an event that is too large, a full
     *     window and a closed bus: this method itself throws for none of them
     */
    void publish(Topic topic, Envelope envelope, PublishOptions options, PublishCallback done);

    /** Publishes an event with {@link PublishOptions#DEFAULT}. */
    default void publish(Topic topic, Envelope envelope, PublishCallback done) {
        publish(topic, envelope, PublishOptions.DEFAULT, done);
    }

    /**
     * Publishes an event.
     *
     * @return completes on a callback thread with the receipt, or exceptionally with an {@link EventBusException}. Cancelling what
     *     {@code toCompletableFuture()} gives does not recall the event
     */
    default CompletionStage<PublishReceipt> publish(Topic topic, Envelope envelope) {
        CompletableFuture<PublishReceipt> receipt = new CompletableFuture<>();
        publish(topic, envelope, result -> {
            if (result instanceof PublishResult.Acknowledged acknowledged) {
                receipt.complete(acknowledged.receipt());
            } else if (result instanceof PublishResult.Failed failed) {
                receipt.completeExceptionally(failed.error());
            }
        });
        return receipt;
    }

    /**
     * Publishes events one after the other. Each has its own outcome; one that fails does not fail the others.
     *
     * @param results receives all outcomes, in one or more lists
     */
    default void publishAll(Topic topic, List<Envelope> envelopes, PublishResults results) {
        PublishCallback done = batching(results);
        for (Envelope envelope : envelopes) {
            publish(topic, envelope, done);
        }
    }

    /** A callback that hands outcomes on in lists. It may serve any number of publishes, to any topics. */
    PublishCallback batching(PublishResults results);
}
