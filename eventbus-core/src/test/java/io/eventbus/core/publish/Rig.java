package io.eventbus.core.publish;

import io.eventbus.api.Envelope;
import io.eventbus.api.Ordering;
import io.eventbus.api.Payload;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.OutboundMessage;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.LongSupplier;

/** A pipeline on a scripted transport, with time that stands still or runs. */
final class Rig implements AutoCloseable {

    static final Topic TOPIC = Topic.of("orders");
    static final Duration DELIVERY = Duration.ofSeconds(30);
    static final PublishPipeline.Encoder PLAIN = (topic, envelope, deadline) -> new OutboundMessage(
            topic,
            envelope.eventId(),
            envelope.aggregateId(),
            envelope.headers(),
            envelope.payload() == null ? null : envelope.payload().unsafeArray(),
            deadline);

    final ScriptedTransport transport;
    final HandTimer hand = new HandTimer();
    final Outcomes outcomes = new Outcomes();
    final ScheduledExecutorService timer;
    final PublishPipeline pipeline;

    private Rig(Builder builder) {
        transport = builder.transport;
        timer = builder.realTime ? daemonTimer() : hand;
        LongSupplier clock = builder.realTime ? System::nanoTime : hand::nanoTime;
        PublishPipeline.Options options = new PublishPipeline.Options(
                builder.maxInFlight,
                builder.maxBytes,
                builder.whenFull,
                builder.maxBlock,
                builder.delivery,
                builder.threads,
                1_000,
                1_200);
        pipeline = new PublishPipeline(
                transport, builder.encoder, options, timer, "rig", clock, new Backoff(() -> builder.random));
    }

    static Builder on(ScriptedTransport transport) {
        return new Builder(transport);
    }

    static Rig standing() {
        return on(new ScriptedTransport()).build();
    }

    void publish(String id, String aggregate) {
        publish(id, aggregate, PublishOptions.DEFAULT);
    }

    void publish(String id, String aggregate, PublishOptions options) {
        pipeline.publish(TOPIC, event(id, aggregate, 0), options, outcomes);
    }

    void publishUnkeyed(String id) {
        publish(id, null);
    }

    void publishWithin(String id, String aggregate, Duration deadline) {
        publish(id, aggregate, new PublishOptions(Ordering.PER_AGGREGATE, deadline));
    }

    void publishSized(String id, int payload) {
        pipeline.publish(TOPIC, event(id, null, payload), PublishOptions.DEFAULT, outcomes);
    }

    static Envelope event(String id, String aggregate, int payload) {
        return Envelope.builder("Placed")
                .eventId(id)
                .aggregateId(aggregate)
                .payload(Payload.of(new byte[payload]))
                .build();
    }

    void advance(Duration by) {
        hand.advance(by);
    }

    @Override
    public void close() {
        transport.onSend = send -> {};
        pipeline.close(Duration.ofMillis(1));
        timer.shutdownNow();
    }

    private static ScheduledExecutorService daemonTimer() {
        ScheduledThreadPoolExecutor timer = (ScheduledThreadPoolExecutor) Executors.newScheduledThreadPool(1, task -> {
            Thread thread = new Thread(task, "rig-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    static final class Builder {
        private final ScriptedTransport transport;
        private int maxInFlight = 10_000;
        private long maxBytes = 1 << 26;
        private WhenFull whenFull = WhenFull.BLOCK;
        private Duration maxBlock = Duration.ofSeconds(20);
        private Duration delivery = DELIVERY;
        private int threads = 2;
        private boolean realTime;
        private double random;
        private PublishPipeline.Encoder encoder = PLAIN;

        private Builder(ScriptedTransport transport) {
            this.transport = transport;
        }

        Builder window(int messages, long bytes) {
            maxInFlight = messages;
            maxBytes = bytes;
            return this;
        }

        Builder failWhenFull() {
            whenFull = WhenFull.FAIL;
            return this;
        }

        Builder maxBlock(Duration value) {
            maxBlock = value;
            return this;
        }

        Builder delivery(Duration value) {
            delivery = value;
            return this;
        }

        Builder threads(int value) {
            threads = value;
            return this;
        }

        Builder realTime() {
            realTime = true;
            return this;
        }

        Builder encoder(PublishPipeline.Encoder value) {
            encoder = value;
            return this;
        }

        Rig build() {
            return new Rig(this);
        }
    }
}
