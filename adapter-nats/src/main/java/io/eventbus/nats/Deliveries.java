package io.eventbus.nats;

import io.eventbus.api.Ordering;
import io.eventbus.api.Position;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.Sink;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription knows of its durable's messages: which are handed over, owed and done. It hands over each message that is new, to a
 * keyed subscription in stream order (see {@link StreamOrder}); of one that it knows it keeps the new handle, or acknowledges it if it is done.
 *
 * <p>Concurrency: guarded by the gate of the subscription, which makes the sink's calls one at a time. Workers settle in
 * {@link NatsAssignment} without it.
 */
final class Deliveries {

    private final NatsConnection connection;
    private final ConsumerSpec spec;
    private final Sink sink;
    private final DurableSubjects names;
    private final boolean ordered;
    private final DoneThrough done = new DoneThrough();
    private StreamOrder<NatsInbound> order;
    private NatsAssignment assignment;
    private NatsInbound.Source source;
    private long lastDelivery;

    Deliveries(NatsConnection connection, ConsumerSpec spec, Sink sink, DurableSubjects names, Durable opened) {
        this.connection = connection;
        this.spec = spec;
        this.sink = sink;
        this.names = names;
        this.ordered = spec.ordering() == Ordering.PER_AGGREGATE;
        this.order = new StreamOrder<>(opened.floor() + 1);
        this.assignment = newAssignment(1);
        this.source = new NatsInbound.Source(spec.topic(), assignment);
        told(opened.state());
    }

    boolean ordered() {
        return ordered;
    }

    void start() {
        sink.assigned(assignment);
    }

    /** The stream is a new one, whose sequences have nothing to do with those before. */
    void restart(Durable reopened) {
        told(reopened.state());
        NatsAssignment old = assignment;
        sink.revoked(old, Duration.ZERO);
        assignment = newAssignment(old.epoch() + 1);
        source = new NatsInbound.Source(spec.topic(), assignment);
        order = new StreamOrder<>(reopened.floor() + 1);
        sink.assigned(assignment);
    }

    private NatsAssignment newAssignment(long epoch) {
        return new NatsAssignment(names.durable(), epoch, ordered ? null : new RecentSequences(2 * spec.maxInFlight()));
    }

    // ---- what the server told of the durable

    /** What was asked for until now does not count any more: some deliveries may be missing. */
    void interrupted() {
        order.interrupted();
    }

    /** The server told the durable's state; what it has delivered was delivered to us or into the void. */
    void resumed(ConsumerInfo info) {
        lastDelivery = info.getDelivered().getConsumerSequence();
        told(info);
        if (ordered) {
            order.catchUp(info.getDelivered().getStreamSequence());
            handOverNext();
        }
    }

    private void told(ConsumerInfo info) {
        done.told(
                Durable.floor(info),
                info.getDelivered().getConsumerSequence(),
                info.getDelivered().getStreamSequence());
    }

    /** The server told the durable's state while deliveries are on their way. */
    void toldMeanwhile(ConsumerInfo info) {
        done.toldMeanwhile(
                Durable.floor(info),
                info.getDelivered().getConsumerSequence(),
                info.getDelivered().getStreamSequence());
    }

    // ---- what is delivered

    /** Whether its sequence is in work or done, if the stream is still the same. */
    boolean knows(Delivery delivery) {
        return assignment.inFlight(delivery.sequence()) != null || isPast(delivery.sequence());
    }

    /** Whether the durable has begun to count its deliveries anew. */
    boolean isCountedAnew(Delivery delivery) {
        return delivery.number() <= lastDelivery;
    }

    /** Takes a delivery and hands over what can be. */
    void take(Delivery delivery) {
        lastDelivery = delivery.number();
        done.delivered(lastDelivery, delivery.sequence());
        if (ordered) {
            takeInOrder(delivery);
            return;
        }
        NatsInbound before = assignment.inFlight(delivery.sequence());
        if (before != null) {
            before.refresh(delivery.handle());
        } else if (assignment.isDone(delivery.sequence())) {
            NatsInbound.acknowledge(connection, delivery.handle());
        } else {
            // If it was given back, it is in hand again.
            assignment.comesAgain(delivery.sequence());
            handOver(inbound(delivery));
        }
    }

    private void takeInOrder(Delivery delivery) {
        long sequence = delivery.sequence();
        if (!order.isPast(sequence)) {
            NatsInbound waiting = order.waiting(sequence);
            if (waiting != null) {
                waiting.refresh(delivery.handle());
            }
            order.arrived(sequence, delivery.number(), delivery.first(), inbound(delivery));
            handOverNext();
            return;
        }
        order.arrived(sequence, delivery.number(), delivery.first(), inbound(delivery));
        NatsInbound before = assignment.inFlight(sequence);
        if (before != null) {
            before.refresh(delivery.handle());
        } else if (assignment.comesAgain(sequence)) {
            handOver(inbound(delivery));
        } else {
            NatsInbound.acknowledge(connection, delivery.handle());
        }
    }

    /** Settles a delivery of a message that is in work or done, and was not given back; whether it was one. */
    boolean settleKnown(Delivery delivery) {
        if (isCountedAnew(delivery)) {
            return false;
        }
        long sequence = delivery.sequence();
        NatsInbound before = assignment.inFlight(sequence);
        if (before != null) {
            before.refresh(delivery.handle());
            return true;
        }
        if (isPast(sequence) && !assignment.comesAgain(sequence)) {
            NatsInbound.acknowledge(connection, delivery.handle());
            return true;
        }
        return false;
    }

    private boolean isPast(long sequence) {
        return ordered ? order.isPast(sequence) : assignment.isDone(sequence);
    }

    // ---- what is missing

    /** Whether messages from {@link #owed} on must be read from the stream before anything can be handed over. */
    boolean mustRead() {
        return ordered && order.mustRead();
    }

    /** The next sequence owed. */
    long owed() {
        return order.owed();
    }

    /** The number of messages that arrived and wait for earlier ones. */
    int waiting() {
        return order.waiting();
    }

    /** The stream's first message from {@link #owed} on is at this sequence; whether it is owed, so that it is handed over now. */
    boolean found(long sequence) {
        return order.found(sequence);
    }

    /** Hands over a message that was read and is owed. */
    void handOver(MessageInfo read) {
        byte[] body = read.getData();
        handOver(NatsInbound.read(
                connection,
                source,
                new Position(names.stream(), 0, read.getSeq()),
                lastDelivery,
                new NatsInbound.Content(read.getHeaders(), body == null ? new byte[0] : body)));
    }

    /** The stream has no message from {@link #owed} on, or not any more. */
    void foundNothing() {
        order.foundNothing();
    }

    /** Hands over whose turn it is. */
    void handOverNext() {
        NatsInbound next = order.next();
        while (next != null) {
            handOver(next);
            next = order.next();
        }
    }

    private NatsInbound inbound(Delivery delivery) {
        return new NatsInbound(
                connection,
                source,
                new Position(names.stream(), 0, delivery.sequence()),
                delivery.place().deliveries(),
                delivery.handle(),
                new NatsInbound.Content(
                        delivery.message().getHeaders(), delivery.message().getData()));
    }

    private void handOver(NatsInbound message) {
        assignment.add(message);
        sink.accept(message);
    }

    // ---- the end

    /** The first stream sequence that may not be done. */
    long firstNotDone() {
        return ordered ? assignment.lowest(order.owed()) : done.next(assignment);
    }

    /** Gives up what waits for earlier messages; it is still owed. */
    Iterable<NatsInbound> drop() {
        return order.drop();
    }

    /** The handle of one of the messages acknowledged last; null if there is none. */
    @Nullable
    String acknowledged() {
        return assignment.acknowledged();
    }
}
