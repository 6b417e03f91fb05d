package io.eventbus.kafka;

import io.eventbus.api.EventBusException;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.Sink;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A sink that records what it is told, and settles messages as its test wants. */
final class RecordingSink implements Sink {

    final Queue<InboundMessage> messages = new ConcurrentLinkedQueue<>();
    final AtomicInteger count = new AtomicInteger();
    final List<Assignment> assigned = new CopyOnWriteArrayList<>();
    final List<Assignment> leaving = new CopyOnWriteArrayList<>();
    final List<Assignment> revoked = new CopyOnWriteArrayList<>();
    final List<String> changes = new CopyOnWriteArrayList<>();
    final List<EventBusException> failures = new CopyOnWriteArrayList<>();
    final AtomicInteger recoveries = new AtomicInteger();
    final AtomicInteger credit = new AtomicInteger(Integer.MAX_VALUE);
    private volatile Consumer<InboundMessage> then;

    RecordingSink(Consumer<InboundMessage> then) {
        this.then = then;
    }

    /** Acknowledges everything at once. */
    static RecordingSink acknowledging() {
        return new RecordingSink(InboundMessage::ack);
    }

    /** Acknowledges nothing. */
    static RecordingSink holding() {
        return new RecordingSink(message -> {});
    }

    void then(Consumer<InboundMessage> next) {
        then = next;
    }

    int received() {
        return count.get();
    }

    List<String> bodies() {
        return messages.stream().map(RecordingSink::body).toList();
    }

    static String body(InboundMessage message) {
        byte[] body = message.body();
        return body == null ? "null" : new String(body, StandardCharsets.UTF_8);
    }

    static String key(InboundMessage message) {
        byte[] key = message.key();
        return key == null ? "null" : new String(key, StandardCharsets.UTF_8);
    }

    @Override
    public int demand() {
        return credit.get();
    }

    @Override
    public void accept(InboundMessage message) {
        credit.decrementAndGet();
        messages.add(message);
        count.incrementAndGet();
        then.accept(message);
    }

    @Override
    public void assigned(Assignment assignment) {
        assigned.add(assignment);
        changes.add("assigned " + assignment.name());
    }

    @Override
    public void leaving(Assignment assignment) {
        leaving.add(assignment);
        changes.add("leaving " + assignment.name());
    }

    @Override
    public void revoked(Assignment assignment, Duration grace) {
        revoked.add(assignment);
        changes.add("revoked " + assignment.name());
    }

    @Override
    public void failed(EventBusException error) {
        failures.add(error);
    }

    @Override
    public void recovered() {
        recoveries.incrementAndGet();
    }
}
