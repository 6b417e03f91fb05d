package io.eventbus.nats;

import io.eventbus.api.EventBusException;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A sink that notes what it gets, in order, and acknowledges what it is told to, on threads of its own. */
final class Recorder implements Sink, AutoCloseable {

    private final int limit;
    private final Predicate<InboundMessage> acknowledge;
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger inside = new AtomicInteger();
    final Set<Long> seen = ConcurrentHashMap.newKeySet();
    final List<InboundMessage> messages = new CopyOnWriteArrayList<>();
    final AtomicInteger accepted = new AtomicInteger();
    final AtomicInteger again = new AtomicInteger();
    final AtomicInteger outOfOrder = new AtomicInteger();
    final AtomicInteger overlaps = new AtomicInteger();
    final AtomicInteger assignments = new AtomicInteger();
    volatile EventBusException failure;
    volatile TransportSubscription subscription;
    private volatile long last;
    private final boolean keep;

    Recorder(int limit, boolean keep, Predicate<InboundMessage> acknowledge) {
        this.limit = limit;
        this.keep = keep;
        this.acknowledge = acknowledge;
    }

    static Recorder ofAll(int limit) {
        return new Recorder(limit, false, message -> true);
    }

    @Override
    public int demand() {
        return Math.max(0, limit - inFlight.get());
    }

    @Override
    public void accept(InboundMessage message) {
        if (inside.incrementAndGet() > 1) {
            overlaps.incrementAndGet();
        }
        long offset = message.position().offset();
        if (offset < last) {
            outOfOrder.incrementAndGet();
        }
        last = Math.max(last, offset);
        if (!seen.add(offset)) {
            again.incrementAndGet();
        }
        if (keep) {
            messages.add(message);
        }
        accepted.incrementAndGet();
        inFlight.incrementAndGet();
        if (acknowledge.test(message)) {
            workers.execute(() -> {
                message.ack();
                TransportSubscription current = subscription;
                if (inFlight.getAndDecrement() >= limit && current != null) {
                    current.demandChanged();
                }
            });
        }
        inside.decrementAndGet();
    }

    List<Long> offsets() {
        return messages.stream().map(message -> message.position().offset()).toList();
    }

    @Override
    public void assigned(Assignment assignment) {
        assignments.incrementAndGet();
    }

    @Override
    public void revoked(Assignment assignment, Duration grace) {
        last = 0;
    }

    @Override
    public void failed(EventBusException error) {
        failure = error;
    }

    @Override
    public void recovered() {
        failure = null;
    }

    @Override
    public void close() {
        workers.shutdown();
    }
}
