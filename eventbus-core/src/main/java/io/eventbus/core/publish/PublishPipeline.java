package io.eventbus.core.publish;

import io.eventbus.api.Envelope;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishResults;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Transport;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;

/** The way of an event from the publisher's call to the callback. */
public final class PublishPipeline {

    /**
     * The limits of a pipeline.
     *
     * @param maxInFlight the most publishes without an outcome
     * @param maxInFlightBytes the most bytes of their messages; a larger message is let in alone
     * @param whenFull what a publish does when a limit is reached
     * @param maxBlock the longest wait for a place in the window, or for a topic to be opened
     * @param deliveryTimeout how long a publish may take in all
     * @param callbackThreads how many threads run callbacks
     * @param maxPayloadBytes the largest payload
     * @param maxMessageBytes the largest encoded message, headers included
     */
    public record Options(
            int maxInFlight,
            long maxInFlightBytes,
            WhenFull whenFull,
            Duration maxBlock,
            Duration deliveryTimeout,
            int callbackThreads,
            long maxPayloadBytes,
            long maxMessageBytes) {}

    /** A way to turn an event into a message. */
    @FunctionalInterface
    public interface Encoder {

        /**
         * Encodes an event.
         *
         * @throws io.eventbus.api.EventBusException if it cannot be encoded
         */
        OutboundMessage encode(Topic topic, Envelope envelope, long deadlineNanos);
    }

    /** A pipeline to a started transport. */
    public PublishPipeline(
            Transport transport, Encoder encoder, Options options, ScheduledExecutorService timer, String name) {}

    /** Publishes an event. */
    public void publish(Topic topic, Envelope envelope, PublishOptions options, PublishCallback done) {
        Objects.requireNonNull(done);
    }

    /** Sends an encoded dead letter past the window. */
    public void sendDeadLetter(OutboundMessage message, SendCallback done) {
        Objects.requireNonNull(done);
    }

    /** A callback that hands results on in lists. */
    public PublishCallback batching(PublishResults results) {
        return result -> {};
    }

    /** What this pipeline has done so far. */
    public PublishStats stats() {
        return new PublishStats(0, 0, 0, 0, 0, 0, 0);
    }

    /** Whether the calling thread is one of this pipeline's callback threads. */
    public boolean isCallbackThread() {
        return false;
    }

    /** From now on only threads for which {@code allowed} is true may publish. */
    public void restrictTo(BooleanSupplier allowed) {
        Objects.requireNonNull(allowed);
    }

    /** Closes the pipeline and returns how many publishes failed for it. */
    public int close(Duration timeout) {
        return 0;
    }
}
