package io.eventbus.kafka;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sender on one idempotent producer for the whole bus. A producer whose state the broker no longer accepts is replaced: sends fail with
 * a retriable error until everything outstanding on the old one has its outcome, and only then go to the new one, so that nothing is
 * stored behind what was sent later.
 *
 * <p>Concurrency: any thread calls; callbacks run on the producer's I/O thread. {@code current} is the only shared state; one thread at a
 * time replaces it, the one that won {@link Generation#broken}.
 */
final class KafkaPublisher {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaPublisher.class);
    private static final Duration REPLACEMENT_PAUSE = Duration.ofMillis(500);
    private static final int LOAD_ATTEMPTS = 100;

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final KafkaHealth health;
    private final KafkaThreads threads;
    private final Set<String> opened = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Generation> current = new AtomicReference<>();
    private volatile boolean closed;

    KafkaPublisher(Supplier<Producer<byte[], byte[]>> producers, KafkaHealth health, KafkaThreads threads) {
        this.producers = producers;
        this.health = health;
        this.threads = threads;
        Generation first = new Generation(producers.get());
        current.set(first);
        health.connectedThrough(first.producer.metrics());
    }

    /**
     * Waits until the producer knows the topic's partitions, so that sends to it need not.
     *
     * @throws EventBusException if that takes longer than until the deadline
     */
    void load(Topic topic, long deadlineNanos) {
        String what = "opening " + topic;
        KafkaException last = null;
        while (!closed) {
            try {
                generation().producer.partitionsFor(topic.name());
                opened.add(topic.name());
                return;
            } catch (TimeoutException e) {
                last = e;
            } catch (KafkaException | IllegalStateException e) {
                throw KafkaErrors.publish(KafkaErrors.reasonOf(e), what, e);
            }
            if (System.nanoTime() - deadlineNanos >= 0 || Thread.currentThread().isInterrupted()) {
                throw KafkaErrors.publish(Reason.UNAVAILABLE, what, last);
            }
        }
        throw new PublishException(Reason.DISCONNECTED, what + " failed: the bus is closed", null);
    }

    /** Sends; the outcome goes to the callback. */
    void send(OutboundMessage message, SendCallback done) {
        Generation generation = generation();
        if (generation.broken.get()) {
            done.failed(new PublishException(
                    Reason.UNAVAILABLE,
                    describe(message) + " failed: the producer is being replaced; publish again",
                    null));
            return;
        }
        try {
            // The callback has the outcome.
            Future<RecordMetadata> unused =
                    generation.producer.send(record(message), new Completion(generation, message, done));
        } catch (KafkaException | IllegalStateException e) {
            done.failed(
                    KafkaErrors.publish(closed ? Reason.DISCONNECTED : KafkaErrors.reasonOf(e), describe(message), e));
        }
    }

    /** Waits for what is outstanding until the time is over, then fails it. */
    void close(Duration timeout) {
        closed = true;
        try {
            generation().producer.close(timeout);
        } catch (InterruptException e) {
            Thread.currentThread().interrupt();
            LOG.warn("The producer was interrupted while it closed; what was outstanding has failed", e);
        } catch (KafkaException e) {
            LOG.warn("The producer closed with an error", e);
        }
    }

    private static ProducerRecord<byte[], byte[]> record(OutboundMessage message) {
        return new ProducerRecord<>(
                message.topic().name(),
                null,
                null,
                message.keyBytes(),
                message.body(),
                KafkaHeaders.toWire(message.headers()));
    }

    private static String describe(OutboundMessage message) {
        return "publishing " + message.messageId() + " to " + message.topic();
    }

    private Generation generation() {
        Generation generation = current.get();
        if (generation == null) {
            throw new IllegalStateException("no producer");
        }
        return generation;
    }

    private void replace(Generation old, Throwable error) {
        if (!closed && old.broken.compareAndSet(false, true)) {
            LOG.warn("The producer's state is no longer accepted by the broker; it is replaced", error);
            threads.start("producer-replacement", () -> replaceNow(old));
        }
    }

    private void replaceNow(Generation old) {
        cutOff(old.producer);
        while (!closed && !installedNew()) {
            threads.pause(REPLACEMENT_PAUSE);
        }
    }

    /** Whatever goes wrong, the replacement is tried again: nobody else would. */
    private boolean installedNew() {
        Producer<byte[], byte[]> next = null;
        try {
            next = producers.get();
            if (knowsTopics(next)) {
                install(new Generation(next));
                return true;
            }
        } catch (RuntimeException e) {
            LOG.warn("No new producer yet; tried again in {}", REPLACEMENT_PAUSE, e);
        }
        if (next != null) {
            cutOff(next);
        }
        return false;
    }

    private static void cutOff(Producer<byte[], byte[]> producer) {
        try {
            producer.close(Duration.ZERO);
        } catch (RuntimeException e) {
            LOG.warn("A producer that is given up closed with an error", e);
        }
    }

    /** Loads what was opened, as far as it still exists; false if the bus was closed meanwhile. */
    private boolean knowsTopics(Producer<byte[], byte[]> producer) {
        for (String topic : opened) {
            boolean known = false;
            for (int attempt = 0; !known && attempt < LOAD_ATTEMPTS && !closed; attempt++) {
                try {
                    producer.partitionsFor(topic);
                    known = true;
                } catch (TimeoutException e) {
                    LOG.debug("No metadata of {} yet", topic, e);
                } catch (KafkaException e) {
                    LOG.warn("The new producer cannot use topic {}; sends to it will say why", topic, e);
                    break;
                }
            }
        }
        return !closed;
    }

    private void install(Generation next) {
        health.connectedThrough(next.producer.metrics());
        current.set(next);
        if (closed) {
            cutOff(next.producer);
        }
    }

    /** A producer and whether it can go on. */
    private static final class Generation {

        private final Producer<byte[], byte[]> producer;
        private final AtomicBoolean broken = new AtomicBoolean();

        Generation(Producer<byte[], byte[]> producer) {
            this.producer = producer;
        }
    }

    /** The one outcome of one send, on the producer's I/O thread (or the sender's, if it failed at once). */
    private final class Completion implements Callback {

        private final Generation generation;
        private final OutboundMessage message;
        private final SendCallback done;

        Completion(Generation generation, OutboundMessage message, SendCallback done) {
            this.generation = generation;
            this.message = message;
            this.done = done;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception error) {
            if (error == null && metadata != null) {
                health.sent();
                done.acknowledged(
                        new Position(metadata.topic(), metadata.partition(), metadata.offset()), !metadata.hasOffset());
                return;
            }
            Throwable cause = error == null ? new KafkaException("neither a result nor an error") : error;
            if (KafkaErrors.isFatalToProducer(cause)) {
                replace(generation, cause);
            }
            if (cause instanceof TimeoutException && health.refused()) {
                cause = new AuthenticationException("no broker takes the credentials any more", cause);
            }
            Reason reason = closed ? Reason.DISCONNECTED : KafkaErrors.reasonOf(cause);
            PublishException failure = KafkaErrors.publish(reason, describe(message), cause);
            if (reason != Reason.TOO_LARGE) {
                health.notSent(failure);
            }
            done.failed(failure);
        }
    }
}
