package io.eventbus.memory;

import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.InboundMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way from a partition through the bus.
 *
 * <p>Concurrency: settled at most once, under the broker's lock; what it tells the broker goes through the link and can be lost there.
 */
final class MemoryMessage implements InboundMessage {

    final MemoryAssignment assignment;
    private final StoredMessage stored;
    private final int deliveries;
    private boolean settled;

    MemoryMessage(MemoryAssignment assignment, StoredMessage stored, int deliveries) {
        this.assignment = assignment;
        this.stored = stored;
        this.deliveries = deliveries;
    }

    long offset() {
        return stored.position().offset();
    }

    @Override
    public Topic topic() {
        return assignment.owner.topic();
    }

    @Override
    public Position position() {
        return stored.position();
    }

    @Override
    public Assignment assignment() {
        return assignment;
    }

    @Override
    public int deliveries() {
        return deliveries;
    }

    @Override
    public Headers headers() {
        return stored.headers();
    }

    @Override
    public byte @Nullable [] key() {
        return stored.key();
    }

    @Override
    public byte @Nullable [] body() {
        return stored.body();
    }

    @Override
    public void ack() {
        synchronized (assignment.owner.lock) {
            if (settle()) {
                assignment.partition.window.done(offset());
                assignment.owner.tell(() -> assignment.acknowledge(offset()));
            }
        }
    }

    /** Nothing to do: an owner that the broker can reach keeps what it holds for as long as it holds it. */
    @Override
    public void keepAlive() {}

    @Override
    public void giveBack() {
        synchronized (assignment.owner.lock) {
            if (settle()) {
                assignment.drop(offset());
                assignment.owner.makeReady();
            }
        }
    }

    private boolean settle() {
        boolean first = !settled && assignment.isCurrent();
        settled = true;
        return first;
    }

    @Override
    public String toString() {
        return stored.position().toString();
    }
}
