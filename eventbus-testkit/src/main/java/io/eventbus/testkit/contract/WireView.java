package io.eventbus.testkit.contract;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Headers;
import io.eventbus.api.Ordering;
import io.eventbus.api.Position;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.Transport;
import io.eventbus.api.spi.TransportSubscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A view of messages as they are on the wire, and a way to put foreign ones there: a transport without a bus.
 *
 * <p>Concurrency: the collected messages may be read by any thread; everything else belongs to the test thread.
 */
final class WireView implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Transport transport;
    private final List<TransportSubscription> subscriptions = new ArrayList<>();

    WireView(BrokerUnderTest broker) {
        transport = broker.transport();
        transport.start(Duration.ofSeconds(30));
    }

    /** The headers of every message stored on the topic, as they come in. */
    List<Headers> read(Topic topic) {
        Collector collector = new Collector();
        ConsumerSpec spec = new ConsumerSpec(
                topic,
                "kit-wire-" + UUID.randomUUID(),
                Ordering.NONE,
                StartPosition.EARLIEST,
                1_000,
                Duration.ofMinutes(1),
                true);
        TransportSubscription subscription = transport.consume(spec, collector);
        subscriptions.add(subscription);
        subscription.demandChanged();
        return collector.headers;
    }

    /** Stores a message that no bus has written. */
    void write(Topic topic, String id, Headers headers, String body) {
        transport.open(topic, TIMEOUT);
        CompletableFuture<Position> stored = new CompletableFuture<>();
        OutboundMessage message = new OutboundMessage(
                topic, id, null, headers, body.getBytes(StandardCharsets.UTF_8), System.nanoTime() + TIMEOUT.toNanos());
        transport.send(message, new SendCallback() {
            @Override
            public void acknowledged(Position position, boolean duplicate) {
                stored.complete(position);
            }

            @Override
            public void failed(EventBusException error) {
                stored.completeExceptionally(error);
            }
        });
        try {
            stored.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("the foreign message was not stored", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("the test was interrupted", e);
        }
    }

    @Override
    public void close() {
        for (TransportSubscription subscription : subscriptions) {
            subscription.stopFetching();
            subscription.close(TIMEOUT);
        }
        transport.close(TIMEOUT);
    }

    private static final class Collector implements Sink {

        private final List<Headers> headers = new CopyOnWriteArrayList<>();

        @Override
        public int demand() {
            return 1_000;
        }

        @Override
        public void accept(InboundMessage message) {
            headers.add(message.headers());
            message.ack();
        }

        @Override
        public void assigned(Assignment assignment) {}

        @Override
        public void revoked(Assignment assignment, Duration grace) {}

        @Override
        public void failed(EventBusException error) {}

        @Override
        public void recovered() {}
    }
}
