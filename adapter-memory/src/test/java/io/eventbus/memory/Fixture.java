package io.eventbus.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Headers;
import io.eventbus.api.Ordering;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.TransportSubscription;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowingConsumer;
import org.jspecify.annotations.Nullable;

/** A broker with a clock in the test's hands, and transports on it. */
final class Fixture implements AutoCloseable {

    static final Topic TOPIC = Topic.of("orders");
    static final Duration ACK_DEADLINE = Duration.ofSeconds(30);

    final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000_000);
    final MemoryBroker broker;
    private final List<MemoryTransport> transports = new ArrayList<>();

    Fixture() {
        this(MemoryConfig.DEFAULT);
    }

    Fixture(MemoryConfig config) {
        broker = new MemoryBroker(config, clock::get);
    }

    MemoryTransport transport() {
        MemoryTransport transport = new MemoryTransport(broker);
        transport.start(Duration.ofSeconds(30));
        transports.add(transport);
        return transport;
    }

    void advance(Duration by) {
        clock.addAndGet(by.toNanos());
        broker.clockMoved();
    }

    TransportSubscription consume(MemoryTransport transport, RecordingSink sink) {
        return consume(transport, "billing", StartPosition.EARLIEST, sink);
    }

    TransportSubscription consume(MemoryTransport transport, String group, StartPosition start, RecordingSink sink) {
        return transport.consume(
                new ConsumerSpec(TOPIC, group, Ordering.PER_AGGREGATE, start, 5_000, Duration.ofMinutes(5)), sink);
    }

    Sent send(MemoryTransport transport, String id, @Nullable String key) {
        Sent sent = new Sent(broker);
        transport.send(
                new OutboundMessage(
                        TOPIC,
                        id,
                        key,
                        Headers.of("X-Event-ID", id),
                        id.getBytes(StandardCharsets.UTF_8),
                        clock.get() + Duration.ofSeconds(30).toNanos()),
                sent);
        return sent;
    }

    /** Sends {@code <key>-<from>} to {@code <key>-<to>} and waits for the acknowledgements. */
    void sendAll(MemoryTransport transport, String key, int from, int to) {
        List<Sent> all = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            all.add(send(transport, key + "-" + i, key));
        }
        for (Sent sent : all) {
            sent.awaitPosition();
        }
    }

    static void eventually(ThrowingConsumer<Void> assertion) {
        await().atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(2))
                .untilAsserted(() -> assertion.accept(null));
    }

    @Override
    public void close() {
        for (MemoryTransport transport : transports) {
            transport.close(Duration.ofSeconds(5));
        }
        broker.close();
    }

    /** A callback that keeps its outcome and counts. */
    static final class Sent implements SendCallback {

        private final Object brokerLock;
        private final List<Object> outcomes = new ArrayList<>();
        private final CountDownLatch first = new CountDownLatch(1);

        Sent(MemoryBroker broker) {
            this.brokerLock = broker.lock;
        }

        @Override
        public void acknowledged(Position position, boolean duplicate) {
            add(duplicate ? "duplicate " + position : position);
        }

        @Override
        public void failed(EventBusException error) {
            add(error);
        }

        private synchronized void add(Object outcome) {
            outcomes.add(Thread.holdsLock(brokerLock) ? new AssertionError("under the lock") : outcome);
            first.countDown();
        }

        synchronized List<Object> outcomes() {
            return List.copyOf(outcomes);
        }

        Object awaitOutcome() {
            try {
                assertThat(first.await(10, TimeUnit.SECONDS)).as("an outcome").isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            assertThat(outcomes()).hasSize(1);
            return outcomes().get(0);
        }

        Position awaitPosition() {
            return (Position) awaitOutcome();
        }

        PublishException.Reason awaitFailure() {
            return ((PublishException) awaitOutcome()).reason();
        }
    }
}
