package io.eventbus.nats;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Health;
import io.eventbus.api.SubscriptionException;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.TransportSubscription;
import io.nats.client.Message;
import io.nats.client.api.ConsumerInfo;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running consumer: it asks the durable for messages as the sink has room, and hands them over; a keyed one in stream order. Here is the
 * door by which everyone comes in, and the end; the {@link FetchLoop} is what goes on behind it.
 *
 * <p>Concurrency: the gate is a lock that makes the sink's calls one at a time, whoever comes: the fetcher's dispatcher with messages and
 * answers, the timer with what is overdue, the caller of {@link #stopFetching}. It guards the loop, its requests, deliveries and trouble. It is
 * held during {@link Sink#accept}, which never waits; the client's publish only queues. {@link #demandChanged} does not wait for it: if someone
 * is inside, he looks again before he leaves.
 */
final class NatsSubscription implements TransportSubscription {

    private static final Logger LOG = LoggerFactory.getLogger(NatsSubscription.class);
    private static final Duration RUN_DRY = Duration.ofSeconds(1);

    private final Fetcher fetcher;
    private final NatsConnection connection;
    private final ConsumerSpec spec;
    private final DurableSubjects names;
    private final DiscardWatch discards;
    private final ReentrantLock gate = new ReentrantLock();
    private final AtomicBoolean lookAgain = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    // Guarded by the gate.
    private final DurableRequests requests;
    private final Deliveries deliveries;
    private final SubscriptionTrouble trouble;
    private final FetchLoop loop;

    NatsSubscription(Fetcher fetcher, ConsumerSpec spec, Sink sink, String stream, Durable opened) {
        this.fetcher = fetcher;
        this.connection = fetcher.connection();
        this.spec = spec;
        this.names = new DurableSubjects(stream, opened.state().getName());
        this.discards = new DiscardWatch(connection, names);
        this.requests = new DurableRequests(connection, fetcher.dispatcher(), spec, names, this::arrived);
        this.deliveries = new Deliveries(connection, spec, sink, names, opened);
        this.trouble =
                new SubscriptionTrouble(spec, sink, names, fetcher.config().ackWait());
        this.loop = new FetchLoop(
                fetcher,
                new FetchLoop.Parts(spec, sink, names, requests, deliveries, trouble),
                opened,
                (madeAt, from) -> fetcher.mend(this, madeAt, from));
    }

    String durable() {
        return names.durable();
    }

    boolean ordered() {
        return deliveries.ordered();
    }

    ConsumerSpec spec() {
        return spec;
    }

    /** Begins. */
    void start() {
        inside(loop::start);
    }

    @Override
    public Duration keepAliveEvery() {
        return fetcher.config().ackWait().dividedBy(3);
    }

    @Override
    public void demandChanged() {
        lookAgain.set(true);
        lookIfAsked();
    }

    // ---- what the fetcher passes on

    private void arrived(String inbox, Message message) {
        gate.lock();
        try {
            loop.arrived(inbox, message);
        } catch (RuntimeException e) {
            LOG.error("subscription {}: an answer of the server cannot be understood", spec, e);
        } finally {
            leave();
        }
    }

    /** The connection is there again. */
    void connectionRestored() {
        inside(() -> {
            discards.allowed();
            loop.connectionRestored();
        });
    }

    void connectionClosed(String why) {
        inside(() ->
                trouble.fail(new SubscriptionException("subscription " + spec + " gets nothing any more: " + why)));
    }

    /** The server refused one of our requests. */
    void publishDenied(String subject, String error) {
        if (names.isAcknowledgement(subject)) {
            inside(() -> trouble.acknowledgementDenied(error));
        } else if (subject.equals(names.streamState())) {
            discards.denied();
        } else if (names.isNeeded(subject)) {
            inside(() -> loop.denied(subject, error));
        }
    }

    /** Repeats what was not answered in time. Called by the timer about once a second. */
    void watch(long now) {
        if (!connection.connected() || !gate.tryLock()) {
            return;
        }
        try {
            loop.watch(now);
        } finally {
            leave();
        }
    }

    void watchDiscards() {
        discards.ask(spec.topic(), this::toldMeanwhile);
    }

    private void toldMeanwhile(ConsumerInfo info) {
        inside(() -> loop.toldMeanwhile(info));
    }

    /** What the durable is about to lose, if anything. */
    Health.@Nullable Component health() {
        return discards.health(spec);
    }

    /** The stream or the durable is there again, perhaps as a new one. */
    void mended(Durable reopened) {
        inside(() -> loop.mended(reopened));
    }

    void notMended(EventBusException error) {
        inside(() -> loop.notMended(error));
    }

    // ---- the end

    @Override
    public void stopFetching() {
        Iterable<NatsInbound> dropped;
        gate.lock();
        try {
            dropped = loop.stop();
        } finally {
            gate.unlock();
        }
        if (dropped == null) {
            return;
        }
        boolean answered = letPullsRunDry();
        gate.lock();
        try {
            requests.end();
            answered &= requests.outstanding() > 0;
        } finally {
            gate.unlock();
        }
        if (answered) {
            forgetPulls();
        }
        // Only now, so that nothing of it comes here again.
        dropped.forEach(NatsInbound::giveBack);
        gate.lock();
        try {
            loop.giveBackLate();
        } finally {
            gate.unlock();
        }
    }

    /**
     * Waits until the pull requests at the server are used up or nothing comes any more, for a moment at most: what still arrives is given back,
     * while after the interest is dropped it would be lost until its ack deadline.
     *
     * @return whether the server answers
     */
    private boolean letPullsRunDry() {
        long deadline = System.nanoTime() + RUN_DRY.toNanos();
        int quiet = 0;
        while (quiet < 2 && System.nanoTime() - deadline < 0) {
            long before = arrivals();
            if (before < 0) {
                return true;
            }
            if (!connection.flushUnlessSilent(RUN_DRY)) {
                return false;
            }
            quiet = before == arrivals() ? quiet + 1 : 0;
        }
        return true;
    }

    /** The number of messages that arrived so far; negative if no more are asked for. */
    private long arrivals() {
        gate.lock();
        try {
            return requests.outstanding() == 0 ? -1 : requests.received();
        } finally {
            gate.unlock();
        }
    }

    /**
     * Has the server drop the pull requests that nobody waits for any more, which it does when it is asked for the durable's state. Else servers of
     * 2.9 take a message that is given back for such a request, and put it aside until its ack deadline when they notice.
     */
    private void forgetPulls() {
        connection.askQuietly(names.state(), new byte[0], RUN_DRY);
    }

    @Override
    public void close(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        stopFetching();
        if (closed.compareAndSet(false, true)) {
            fetcher.remove(this);
            passAcks(timeout);
            if (spec.anonymous()) {
                AnonymousConsumer.delete(
                        connection, spec, names.stream(), Duration.ofNanos(deadline - System.nanoTime()));
            }
        }
    }

    /**
     * Waits until the server has applied what was acknowledged: it puts acknowledgements into a queue of the consumer, so that after a mere flush
     * its ack floor may be an old one, and who subscribes next would be given what is done. That a settled message is in progress means nothing to it,
     * but it answers, and not before what came earlier.
     */
    private void passAcks(Duration timeout) {
        String settled = acknowledged();
        if (settled == null) {
            connection.flush(timeout);
        } else {
            connection.askQuietly(settled, NatsInbound.IN_PROGRESS, timeout);
        }
    }

    private @Nullable String acknowledged() {
        gate.lock();
        try {
            return deliveries.acknowledged();
        } finally {
            leave();
        }
    }

    // ---- the gate

    private void inside(Runnable action) {
        gate.lock();
        try {
            action.run();
        } finally {
            leave();
        }
    }

    /** Leaves the gate, but not before demand that changed meanwhile was looked at. */
    private void leave() {
        gate.unlock();
        lookIfAsked();
    }

    private void lookIfAsked() {
        while (lookAgain.get() && !gate.isHeldByCurrentThread() && gate.tryLock()) {
            try {
                lookAgain.set(false);
                loop.demandChanged();
            } finally {
                gate.unlock();
            }
        }
    }
}
