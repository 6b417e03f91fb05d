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
record DeadLetters(SubscriptionSpec spec, WireCodec codec, PublishPipeline pipeline, Duration timeout) {

    /** Stores the dead letter; the callback is called exactly once, whatever happens. */
    void send(InboundMessage message, Story story, SendCallback done) {
        OutboundMessage letter;
        try {
            letter = codec.deadLetter(
                    spec.deadLetterTopic(), message, story.info(spec.group()), System.nanoTime() + timeout.toNanos());
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

    /**
     * What happened to a message.
     *
     * @param attempts how often it was tried
     * @param firstFailedAt when the first attempt failed
     * @param last why the last attempt failed
     */
    record Story(int attempts, Instant firstFailedAt, DeliveryTask.Failure last) {

        private DeadLetterInfo info(String group) {
            Throwable thrown = last.thrown();
            return thrown == null
                    ? DeadLetterInfo.of(group, attempts, firstFailedAt, Instant.now(), last.reason())
                    : DeadLetterInfo.of(group, attempts, firstFailedAt, Instant.now(), thrown);
        }
    }
}
