package io.eventbus.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.EventBusException;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.Sink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A sink that keeps everything, and checks that it is called by one thread at a time and outside the broker's lock. */
final class RecordingSink implements Sink {

    final AtomicInteger demand = new AtomicInteger(Integer.MAX_VALUE);
    volatile Consumer<InboundMessage> onMessage = InboundMessage::ack;
    volatile Consumer<Assignment> onRevoked = assignment -> {};

    private final Object brokerLock;
    private final AtomicInteger inside = new AtomicInteger();
    private final List<InboundMessage> messages = new ArrayList<>();
    private final List<Assignment> owned = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final List<Throwable> violations = new ArrayList<>();

    RecordingSink(MemoryBroker broker) {
        this.brokerLock = broker.lock;
    }

    static RecordingSink holding(MemoryBroker broker) {
        RecordingSink sink = new RecordingSink(broker);
        sink.onMessage = message -> {};
        return sink;
    }

    @Override
    public int demand() {
        return demand.get();
    }

    @Override
    public void accept(InboundMessage message) {
        alone(() -> {
            synchronized (this) {
                messages.add(message);
            }
            demand.decrementAndGet();
            onMessage.accept(message);
        });
    }

    @Override
    public void assigned(Assignment assignment) {
        alone(() -> {
            synchronized (this) {
                owned.add(assignment);
                calls.add("assigned " + assignment);
            }
        });
    }

    @Override
    public void revoked(Assignment assignment, Duration grace) {
        alone(() -> {
            synchronized (this) {
                owned.remove(assignment);
                calls.add((grace.isZero() ? "lost " : "revoked ") + assignment);
            }
            onRevoked.accept(assignment);
        });
    }

    @Override
    public void failed(EventBusException error) {}

    @Override
    public void recovered() {}

    synchronized List<InboundMessage> messages() {
        return List.copyOf(messages);
    }

    synchronized List<String> bodies() {
        assertThat(violations).isEmpty();
        return messages.stream().map(RecordingSink::text).toList();
    }

    synchronized List<Assignment> owned() {
        return List.copyOf(owned);
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    synchronized void clear() {
        messages.clear();
        calls.clear();
    }

    static String text(InboundMessage message) {
        return new String(message.body(), StandardCharsets.UTF_8);
    }

    private void alone(Runnable call) {
        try {
            assertThat(Thread.holdsLock(brokerLock)).as("under the lock").isFalse();
            assertThat(inside.incrementAndGet()).as("threads inside").isEqualTo(1);
            call.run();
        } catch (Throwable t) {
            synchronized (this) {
                violations.add(t);
            }
        } finally {
            inside.decrementAndGet();
        }
    }
}
