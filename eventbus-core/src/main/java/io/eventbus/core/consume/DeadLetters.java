package io.eventbus.core.consume;

import io.eventbus.api.EventBusException;
import io.eventbus.api.PublishException;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.core.publish.PublishPipeline;
import io.eventbus.core.wire.DeadLetterInfo;
import io.eventbus.core.wire.WireCodec;
import java.time.Duration;
import java.time.Instant;

/**
 * A subscription's way to its dead-letter topic: the message as it came, with the story of its failures in headers.
 *
 * <p>Concurrency: immutable, called from many workers at once.
 */
record DeadLetters(
        SubscriptionSpec spec, WireCodec codec, PublishPipeline pipeline, Duration timeout, long maxMessageBytes) {

    /** Stores the dead letter; the callback is called exactly once, whatever happens. */
    void send(InboundMessage message, Story story, SendCallback done) {
        OutboundMessage letter;
        try {
            letter = letter(message, story);
        } catch (EventBusException e) {
            done.failed(e);
            return;
        } catch (RuntimeException e) {
            done.failed(new PublishException(
                    PublishException.Reason.NOT_ENCODABLE,
                    "the dead letter of " + message.topic() + " " + message.position() + " cannot be written",
                    e));
            return;
        }
        pipeline.sendDeadLetter(letter, done);
    }

    /** The dead letter; told shortly where the whole story would not fit into a message of the broker. */
    private OutboundMessage letter(InboundMessage message, Story story) {
        long deadline = System.nanoTime() + timeout.toNanos();
        OutboundMessage whole = codec.deadLetter(spec.deadLetterTopic(), message, story.info(spec.group()), deadline);
        return whole.size() <= maxMessageBytes
                ? whole
                : codec.deadLetter(spec.deadLetterTopic(), message, story.shortInfo(spec.group()), deadline);
    }

    /**
     * What happened to a message.
     *
     * @param attempts how often it was tried
     * @param firstFailedAt when the first attempt failed
     * @param last why the last attempt failed
     */
    record Story(int attempts, Instant firstFailedAt, DeliveryTask.Failure last) {

        private DeadLetterInfo shortInfo(String group) {
            Throwable thrown = last.thrown();
            String type = thrown == null ? "" : thrown.getClass().getName();
            return new DeadLetterInfo(group, attempts, firstFailedAt, Instant.now(), type, "", "");
        }

        private DeadLetterInfo info(String group) {
            Throwable thrown = last.thrown();
            return thrown == null
                    ? DeadLetterInfo.of(group, attempts, firstFailedAt, Instant.now(), last.reason())
                    : DeadLetterInfo.of(group, attempts, firstFailedAt, Instant.now(), thrown);
        }
    }
}
