package io.eventbus.nats;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Health;
import io.eventbus.api.Ordering;
import io.eventbus.api.Position;
import io.eventbus.api.SubscriptionException;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.TransportSubscription;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.support.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running consumer: it asks the durable for messages as the sink has room, and hands them over; a keyed one in stream order.
 *
 * <p>After each start and each reconnect it asks for the durable's state first. What the server says it has delivered and was not handed
 * over here is read from the stream before anything later is handed over; see {@link StreamOrder}.
 *
 * <p>Concurrency: the gate is a lock that makes the sink's calls one at a time, whoever comes: the fetcher's dispatcher with messages and
 * answers, the timer with what is overdue, the caller of {@link #stopFetching}. It is held during {@link Sink#accept}, which never waits; the
 * client's publish only queues. {@link #demandChanged} does not wait for it: if someone is inside, he looks again before he leaves.
 */
final class NatsSubscription implements TransportSubscription {

    private static final Logger LOG = LoggerFactory.getLogger(NatsSubscription.class);
    private static final String INFO = "$JS.API.CONSUMER.INFO.";
    private static final String NEXT = "$JS.API.CONSUMER.MSG.NEXT.";
    private static final String READ_STREAM = "$JS.API.STREAM.MSG.GET.";
    private static final Duration PULL_EXPIRY = Duration.ofSeconds(30);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final long SILENCE_NANOS = HEARTBEAT.toNanos() * 5 / 2;
    /** While something is wrong: so that it shows soon that it is well again. */
    private static final Duration SOON_HEARTBEAT = Duration.ofSeconds(1);

    private static final Duration RUN_DRY = Duration.ofSeconds(1);
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int NO_MESSAGE_FOUND = 10037;
    private static final String STREAM_INFO = "$JS.API.STREAM.INFO.";
    private static final String ACKNOWLEDGE = "$JS.ACK.";
    private static final char PULL = 'p';
    private static final char STATE = 's';
    private static final char READ = 'r';

    private enum Phase {
        /** The durable's state was asked for. */
        ASKING,
        /** Messages are fetched. */
        FETCHING,
        /** Something is wrong; it is tried again later. */
        FAILED,
        /** The durable or its stream is being made again. */
        MENDING,
        STOPPED
    }

    private final Fetcher fetcher;
    private final NatsConnection connection;
    private final ConsumerSpec spec;
    private final Sink sink;
    private final String stream;
    private final String durable;
    private final boolean ordered;
    private final ReentrantLock gate = new ReentrantLock();
    private final AtomicBoolean lookAgain = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final PullCredit credit = new PullCredit();
    private final DiscardWatch discards;

    // Guarded by the gate.
    private StreamOrder<NatsInbound> order;
    private NatsAssignment assignment;
    private NatsInbound.Source source;
    private ZonedDateTime streamMadeAt;
    private ZonedDateTime durableMadeAt;
    private long lastDelivery;
    private final DoneThrough done = new DoneThrough();
    private Phase phase = Phase.ASKING;
    private String inbox = "";
    private @Nullable Subscription interest;
    private long pulls;
    private long arrivals;
    private long readFrom = -1;
    private long askedAt;
    private long heardAt;
    private int silences;
    private boolean troubled;
    /** When the server last refused an acknowledgement of ours; zero if it did not. */
    private long ackDeniedAt;

    /** The handles of what arrived after the stop; they go back once nothing more is to come. */
    private final List<String> late = new ArrayList<>();

    /** Whether they have gone back. */
    private boolean gone;

    /** Whether the stream was known to be the one that sequences are known of when it stopped. */
    private boolean certain;

    NatsSubscription(Fetcher fetcher, ConsumerSpec spec, Sink sink, String stream, Durable opened) {
        this.fetcher = fetcher;
        this.connection = fetcher.connection();
        this.spec = spec;
        this.sink = sink;
        this.stream = stream;
        this.durable = opened.state().getName();
        this.ordered = spec.ordering() == Ordering.PER_AGGREGATE;
        this.streamMadeAt = opened.madeAt();
        this.durableMadeAt = opened.state().getCreationTime();
        this.order = new StreamOrder<>(opened.floor() + 1);
        told(opened.state());
        this.assignment = newAssignment(1);
        this.source = new NatsInbound.Source(spec.topic(), assignment);
        this.discards = new DiscardWatch(connection, stream, durable);
    }

    String durable() {
        return durable;
    }

    boolean ordered() {
        return ordered;
    }

    ConsumerSpec spec() {
        return spec;
    }

    /** Begins. */
    void start() {
        gate.lock();
        try {
            sink.assigned(assignment);
            if (connection.connected()) {
                ask();
            }
        } finally {
            leave();
        }
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

    @Override
    public void stopFetching() {
        Iterable<NatsInbound> dropped;
        gate.lock();
        try {
            if (phase == Phase.STOPPED) {
                return;
            }
            certain = phase == Phase.FETCHING;
            phase = Phase.STOPPED;
            dropped = order.drop();
        } finally {
            gate.unlock();
        }
        boolean answered = letPullsRunDry();
        gate.lock();
        try {
            dropInterest();
            answered &= credit.requested() > 0;
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
            late.forEach(handle -> NatsInbound.giveBack(connection, handle));
            late.clear();
            gone = true;
        } finally {
            gate.unlock();
        }
    }

    /**
     * Has the server drop the pull requests that nobody waits for any more, which it does when it is asked for the durable's state. Else servers of
     * 2.9 take a message that is given back for such a request, and put it aside until its ack deadline when they notice.
     */
    private void forgetPulls() {
        connection.askQuietly(INFO + stream + "." + durable, new byte[0], RUN_DRY);
    }

    @Override
    public void close(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        stopFetching();
        if (closed.compareAndSet(false, true)) {
            fetcher.remove(this);
            passAcks(timeout);
            if (spec.anonymous()) {
                AnonymousConsumer.delete(connection, spec, stream, Duration.ofNanos(deadline - System.nanoTime()));
            }
        }
    }

    /**
     * Waits until the server has applied what was acknowledged: it puts acknowledgements into a queue of the consumer, so that after a mere flush
     * its ack floor may be an old one, and who subscribes next would be given what is done. That a settled message is in progress means nothing to it,
     * but it answers, and not before what came earlier.
     */
    private void passAcks(Duration timeout) {
        String settled = owned().acknowledged();
        if (settled == null) {
            connection.flush(timeout);
        } else {
            connection.askQuietly(settled, NatsInbound.IN_PROGRESS, timeout);
        }
    }

    private NatsAssignment owned() {
        gate.lock();
        try {
            return assignment;
        } finally {
            leave();
        }
    }

    /** What the durable is about to lose, if anything. */
    Health.@Nullable Component health() {
        return discards.health(spec);
    }

    /** The connection is there again: what was asked for on the old one is gone. */
    void connectionRestored() {
        gate.lock();
        try {
            ackDeniedAt = 0;
            discards.allowed();
            if (phase != Phase.STOPPED && phase != Phase.MENDING) {
                ask();
            }
        } finally {
            leave();
        }
    }

    /** The server refused one of our requests: without it nothing comes. */
    void publishDenied(String subject, String error) {
        if (subject.startsWith(ACKNOWLEDGE) && subject.contains("." + stream + "." + durable + ".")) {
            acknowledgementDenied(error);
            return;
        }
        if (subject.equals(STREAM_INFO + stream)) {
            discards.denied();
            return;
        }
        boolean ours = subject.equals(NEXT + stream + "." + durable)
                || subject.equals(READ_STREAM + stream)
                || subject.equals(INFO + stream + "." + durable);
        if (!ours) {
            return;
        }
        gate.lock();
        try {
            if (phase == Phase.ASKING || phase == Phase.FETCHING) {
                trouble("the credentials do not allow to publish to " + subject + " (the server said '" + error
                        + "'); allow it (see docs/nats.md, permissions)");
            }
        } finally {
            leave();
        }
    }

    /** It goes on, and every message comes again after each ack wait: handled once by this process, and anew by the next one. */
    private void acknowledgementDenied(String error) {
        gate.lock();
        try {
            ackDeniedAt = System.nanoTime();
            if (!troubled) {
                fail(new SubscriptionException("subscription " + spec
                        + " cannot acknowledge: the credentials do not allow to"
                        + " publish to " + ACKNOWLEDGE + stream + "." + durable + ".> (the server said '" + error
                        + "'); allow it (see docs/nats.md, permissions)"));
            }
        } finally {
            leave();
        }
    }

    /** Until no acknowledgement was refused for so long that all deliveries have come again. */
    private boolean mayAcknowledge() {
        long quiet = System.nanoTime() - ackDeniedAt;
        return ackDeniedAt == 0
                || quiet > fetcher.config().ackWait().multipliedBy(2).toNanos();
    }

    void connectionClosed(String why) {
        fail(new SubscriptionException("subscription " + spec + " gets nothing any more: " + why));
    }

    /** Repeats what was not answered in time. Called by the timer about once a second. */
    void watch(long now) {
        if (!connection.connected() || !gate.tryLock()) {
            return;
        }
        try {
            long waited = now - askedAt;
            switch (phase) {
                case ASKING -> {
                    if (waited > fetcher.config().requestTimeout().toNanos()) {
                        fail(new SubscriptionException(
                                "subscription " + spec + ": JetStream does not tell the state of consumer " + durable
                                        + " on stream " + stream + "; it is asked again"));
                        ask();
                    }
                }
                case FETCHING -> {
                    boolean unread = readFrom >= 0
                            && waited > fetcher.config().requestTimeout().toNanos();
                    boolean silent = credit.requested() > 0 && now - heardAt > SILENCE_NANOS;
                    if (unread || silent) {
                        LOG.info(
                                "subscription {}: {}; asking anew",
                                spec,
                                unread ? "a read was not answered" : "no heartbeat");
                        if (++silences > 1) {
                            fail(new SubscriptionException(
                                    "subscription " + spec + ": consumer " + durable + " on stream " + stream
                                            + " tells its state but sends nothing; it is asked again"));
                        }
                        ask();
                    }
                }
                case FAILED -> {
                    if (waited > RETRY_NANOS) {
                        ask();
                    }
                }
                default -> {
                    // Nothing is owed to us.
                }
            }
        } finally {
            leave();
        }
    }

    void watchDiscards() {
        discards.ask(spec.topic(), this::toldMeanwhile);
    }

    private void toldMeanwhile(ConsumerInfo info) {
        gate.lock();
        try {
            if (info.getCreationTime().isEqual(durableMadeAt)) {
                done.toldMeanwhile(
                        Durable.floor(info),
                        info.getDelivered().getConsumerSequence(),
                        info.getDelivered().getStreamSequence());
            }
        } finally {
            leave();
        }
    }

    private void told(ConsumerInfo info) {
        done.told(
                Durable.floor(info),
                info.getDelivered().getConsumerSequence(),
                info.getDelivered().getStreamSequence());
    }

    /** The stream or the durable is there again, perhaps as a new one. */
    void mended(Durable reopened) {
        gate.lock();
        try {
            if (phase != Phase.MENDING) {
                return;
            }
            durableMadeAt = reopened.state().getCreationTime();
            if (reopened.newStream()) {
                told(reopened.state());
                streamMadeAt = reopened.madeAt();
                NatsAssignment old = assignment;
                sink.revoked(old, Duration.ZERO);
                assignment = newAssignment(old.epoch() + 1);
                source = new NatsInbound.Source(spec.topic(), assignment);
                order = new StreamOrder<>(reopened.floor() + 1);
                sink.assigned(assignment);
            }
            ask();
        } finally {
            leave();
        }
    }

    void notMended(EventBusException error) {
        gate.lock();
        try {
            if (phase == Phase.MENDING) {
                phase = Phase.FAILED;
                askedAt = System.nanoTime();
                fail(error);
            }
        } finally {
            leave();
        }
    }

    // ---- what arrives

    private void arrived(String ownInbox, Message message) {
        gate.lock();
        try {
            heardAt = System.nanoTime();
            boolean current = ownInbox.equals(inbox);
            String subject = message.getSubject();
            if (message.isStatusMessage()) {
                if (current) {
                    status(subject.charAt(ownInbox.length()), message);
                }
            } else if (!subject.startsWith(ownInbox)) {
                delivered(message, current);
            } else if (current && phase != Phase.STOPPED) {
                if (subject.charAt(ownInbox.length()) == STATE) {
                    stateTold(message);
                } else {
                    read(message);
                }
            }
        } catch (RuntimeException e) {
            LOG.error("subscription {}: an answer of the server cannot be understood", spec, e);
        } finally {
            leave();
        }
    }

    private void delivered(Message message, boolean current) {
        String handle = message.getReplyTo();
        AckSubject delivery = AckSubject.parse(handle);
        if (delivery == null || handle == null) {
            LOG.warn("subscription {}: a message without a place in the stream on {}", spec, message.getSubject());
            return;
        }
        arrivals++;
        if (current) {
            credit.received();
        }
        NatsInbound before = assignment.inFlight(delivery.streamSequence());
        if (phase == Phase.STOPPED) {
            deliveredLate(delivery, handle, before);
            return;
        }
        if (phase != Phase.FETCHING && (before != null || isKnown(delivery.streamSequence()))) {
            // Unless fetching, it may be of a new stream, whose sequences say nothing.
            NatsInbound.giveBackSoon(connection, handle);
            return;
        }
        if (current && phase == Phase.FETCHING && delivery.consumerSequence() <= lastDelivery) {
            LOG.info("subscription {}: the consumer counts anew; asking for its state", spec);
            NatsInbound.giveBackSoon(connection, handle);
            ask();
            return;
        }
        lastDelivery = delivery.consumerSequence();
        done.delivered(lastDelivery, delivery.streamSequence());
        heard();
        if (ordered) {
            deliveredInOrder(message, delivery, handle, before);
        } else if (before != null) {
            before.refresh(handle);
        } else if (assignment.isDone(delivery.streamSequence())) {
            NatsInbound.acknowledge(connection, handle);
        } else {
            // If it was given back, it is in hand again.
            assignment.comesAgain(delivery.streamSequence());
            handOver(inbound(message, delivery, handle));
        }
        fetch();
    }

    /** What arrives after the stop goes back, but what is done is acknowledged, and what is in work can be with the new handle. */
    private void deliveredLate(AckSubject delivery, String handle, @Nullable NatsInbound before) {
        long sequence = delivery.streamSequence();
        boolean sameStream = certain && delivery.consumerSequence() > lastDelivery;
        if (sameStream && before != null) {
            before.refresh(handle);
        } else if (sameStream && isKnown(sequence) && !assignment.comesAgain(sequence)) {
            NatsInbound.acknowledge(connection, handle);
        } else if (gone) {
            NatsInbound.giveBackSoon(connection, handle);
        } else {
            late.add(handle);
        }
    }

    private boolean isKnown(long sequence) {
        return ordered ? order.isPast(sequence) : assignment.isDone(sequence);
    }

    private void deliveredInOrder(Message message, AckSubject delivery, String handle, @Nullable NatsInbound before) {
        long sequence = delivery.streamSequence();
        boolean first = delivery.deliveries() == 1;
        if (order.isPast(sequence)) {
            order.arrived(sequence, delivery.consumerSequence(), first, inbound(message, delivery, handle));
            if (before != null) {
                before.refresh(handle);
            } else if (assignment.comesAgain(sequence)) {
                handOver(inbound(message, delivery, handle));
            } else {
                NatsInbound.acknowledge(connection, handle);
            }
            return;
        }
        NatsInbound waiting = order.waiting(sequence);
        if (waiting != null) {
            waiting.refresh(handle);
        }
        order.arrived(sequence, delivery.consumerSequence(), first, inbound(message, delivery, handle));
        proceed();
    }

    private NatsInbound inbound(Message message, AckSubject delivery, String handle) {
        return new NatsInbound(
                connection,
                source,
                new Position(stream, 0, delivery.streamSequence()),
                delivery.deliveries(),
                handle,
                new NatsInbound.Content(message.getHeaders(), message.getData()));
    }

    private NatsAssignment newAssignment(long epoch) {
        return new NatsAssignment(durable, epoch, ordered ? null : new RecentSequences(2 * spec.maxInFlight()));
    }

    private void handOver(NatsInbound message) {
        assignment.add(message);
        sink.accept(message);
    }

    /** Hands over whose turn it is; reads what is missing. */
    private void proceed() {
        NatsInbound next = order.next();
        while (next != null) {
            handOver(next);
            next = order.next();
        }
        boolean mayRead = readFrom < 0 && phase == Phase.FETCHING && connection.online();
        if (mayRead && order.mustRead() && sink.demand() > 0) {
            readFrom = order.owed();
            askedAt = System.nanoTime();
            String request = "{\"seq\":" + readFrom + ",\"next_by_subj\":\"" + spec.topic() + "\"}";
            connection.publishQuietly(
                    READ_STREAM + stream, inbox + READ + readFrom, request.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void read(Message answer) {
        long asked = readFrom;
        readFrom = -1;
        if (asked == order.owed()) {
            MessageInfo found = new MessageInfo(answer, stream, false);
            if (found.hasError()) {
                if (found.getApiErrorCode() != NO_MESSAGE_FOUND) {
                    trouble("the stream cannot be read at sequence " + asked + ": " + found.getError());
                    return;
                }
                heard();
                order.foundNothing();
            } else if (order.found(found.getSeq())) {
                heard();
                byte[] body = found.getData();
                handOver(NatsInbound.read(
                        connection,
                        source,
                        new Position(stream, 0, found.getSeq()),
                        lastDelivery,
                        new NatsInbound.Content(found.getHeaders(), body == null ? new byte[0] : body)));
            }
        }
        proceed();
        fetch();
    }

    private void stateTold(Message answer) {
        if (phase != Phase.ASKING) {
            return;
        }
        ConsumerInfo info = new ConsumerInfo(answer);
        if (info.hasError()) {
            if (info.getErrorCode() == 404) {
                fail(new SubscriptionException("subscription " + spec + ": consumer " + durable + " on stream " + stream
                        + " is gone: " + info.getDescription()));
                mend();
            } else {
                trouble("JetStream cannot tell the state of consumer " + durable + ": " + info.getDescription());
            }
            return;
        }
        if (!info.getCreationTime().isEqual(durableMadeAt)) {
            LOG.warn("subscription {}: consumer {} was made anew, perhaps on a new stream", spec, durable);
            mend();
            return;
        }
        phase = Phase.FETCHING;
        lastDelivery = info.getDelivered().getConsumerSequence();
        told(info);
        if (ordered) {
            order.catchUp(info.getDelivered().getStreamSequence());
            proceed();
        }
        fetch();
        if (readFrom < 0 && credit.requested() == 0) {
            // Nothing is asked for that could show that more works than this answer.
            heard();
        }
    }

    /** Something came that shows that messages get through. */
    private void heard() {
        silences = 0;
        if (troubled && phase == Phase.FETCHING && mayAcknowledge()) {
            troubled = false;
            LOG.info("subscription {} goes on", spec);
            sink.recovered();
        }
    }

    private void mend() {
        phase = Phase.MENDING;
        fetcher.mend(this, streamMadeAt, ordered ? assignment.lowest(order.owed()) : done.next(assignment));
    }

    private void status(char kind, Message message) {
        Status status = message.getStatus();
        if (phase == Phase.STOPPED) {
            return;
        }
        if (status.getCode() == 100) {
            heard();
            return;
        }
        if (kind == PULL && (status.getCode() == 408 || status.getCode() == 404 || status.getCode() == 409)) {
            int unsent = unsent(message);
            if (unsent >= 0) {
                heard();
                credit.expired(unsent);
                fetch();
                return;
            }
        }
        if (status.getCode() == 408) {
            ask();
            return;
        }
        trouble("the server answered " + status.getCode() + " " + status.getMessage());
    }

    private static int unsent(Message message) {
        io.nats.client.impl.Headers headers = message.getHeaders();
        String value = headers == null ? null : headers.getFirst("Nats-Pending-Messages");
        if (value == null) {
            return -1;
        }
        try {
            return Integer.parseInt(value.trim());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    // ---- what is asked for

    /** Asks for the durable's state in a new inbox; fetching goes on with the answer. */
    private void ask() {
        phase = Phase.ASKING;
        askedAt = System.nanoTime();
        heardAt = askedAt;
        readFrom = -1;
        credit.reset();
        order.interrupted();
        dropInterest();
        String fresh = connection.client().createInbox() + ".";
        inbox = fresh;
        Dispatcher dispatcher = fetcher.dispatcher();
        interest = dispatcher.subscribe(fresh + "*", message -> arrived(fresh, message));
        connection.publishQuietly(INFO + stream + "." + durable, fresh + STATE, new byte[0]);
    }

    /** Asks for as many messages as there is room for. */
    private void fetch() {
        if (phase != Phase.FETCHING || !connection.online()) {
            return;
        }
        int batch = credit.ask(sink.demand() - order.waiting());
        if (batch > 0) {
            String request = "{\"batch\":" + batch + ",\"expires\":" + PULL_EXPIRY.toNanos() + ",\"idle_heartbeat\":"
                    + (troubled ? SOON_HEARTBEAT : HEARTBEAT).toNanos() + "}";
            if (credit.requested() == batch) {
                heardAt = System.nanoTime();
            }
            connection.publishQuietly(
                    NEXT + stream + "." + durable, inbox + PULL + pulls++, request.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void trouble(String why) {
        fail(new SubscriptionException(
                "subscription " + spec + " on stream " + stream + ": " + why + "; it is tried again"));
        phase = Phase.FAILED;
        askedAt = System.nanoTime();
    }

    private void fail(EventBusException error) {
        if (!troubled) {
            troubled = true;
            LOG.warn("subscription {} cannot go on: {}", spec, error.getMessage());
        }
        sink.failed(error);
    }

    private void dropInterest() {
        Subscription old = interest;
        interest = null;
        if (old != null) {
            try {
                fetcher.dispatcher().unsubscribe(old);
            } catch (IllegalStateException e) {
                LOG.debug("the connection is closed, and so is the inbox of {}", spec);
            }
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
            return credit.requested() == 0 ? -1 : arrivals;
        } finally {
            gate.unlock();
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
                if (ordered && phase == Phase.FETCHING) {
                    proceed();
                }
                fetch();
            } finally {
                gate.unlock();
            }
        }
    }
}
