package io.eventbus.nats;

import io.eventbus.api.EventBusException;
import io.eventbus.api.SubscriptionException;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.Sink;
import io.nats.client.Message;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.support.Status;
import java.time.Duration;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The course of fetching: what a subscription asks its durable for, what it does with each answer, and when it asks anew.
 *
 * <p>After each start and each reconnect it asks for the durable's state first. What the server says it has delivered and was not handed
 * over here is read from the stream before anything later is handed over; see {@link StreamOrder}.
 *
 * <p>Concurrency: guarded by the gate of the subscription, which is held in every method. It is held during {@link Sink#accept}, which never
 * waits.
 */
final class FetchLoop {

    private static final Logger LOG = LoggerFactory.getLogger(FetchLoop.class);
    private static final long RETRY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int NO_MESSAGE_FOUND = 10037;

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

    /** The making of a stream and durable that vanished, which ends in {@link #mended} or {@link #notMended}. */
    interface Mender {

        /**
         * Begins with it and does not wait.
         *
         * @param madeAt what {@link Durable#madeAt} was so far
         * @param from the stream sequence from which on not everything is handled
         */
        void mend(ZonedDateTime madeAt, long from);
    }

    private final NatsConnection connection;
    private final Duration requestTimeout;
    private final ConsumerSpec spec;
    private final Sink sink;
    private final DurableSubjects names;
    private final DurableRequests requests;
    private final Deliveries deliveries;
    private final SubscriptionTrouble trouble;
    private final LateDeliveries late;
    private final Mender mender;
    private Phase phase = Phase.ASKING;
    private ZonedDateTime streamMadeAt;
    private ZonedDateTime durableMadeAt;
    private long failedAt;

    FetchLoop(Fetcher fetcher, Parts parts, Durable opened, Mender mender) {
        this.connection = fetcher.connection();
        this.requestTimeout = fetcher.config().requestTimeout();
        this.spec = parts.spec;
        this.sink = parts.sink;
        this.names = parts.names;
        this.requests = parts.requests;
        this.deliveries = parts.deliveries;
        this.trouble = parts.trouble;
        this.late = new LateDeliveries(connection, deliveries);
        this.mender = mender;
        this.streamMadeAt = opened.madeAt();
        this.durableMadeAt = opened.state().getCreationTime();
    }

    /** What a subscription is made of. */
    record Parts(
            ConsumerSpec spec,
            Sink sink,
            DurableSubjects names,
            DurableRequests requests,
            Deliveries deliveries,
            SubscriptionTrouble trouble) {}

    // ---- what is asked for

    void start() {
        deliveries.start();
        if (connection.connected()) {
            ask();
        }
    }

    /** The connection is there again: what was asked for on the old one is gone. */
    void connectionRestored() {
        trouble.connectionRestored();
        if (phase != Phase.STOPPED && phase != Phase.MENDING) {
            ask();
        }
    }

    /** The sink may have more room. */
    void demandChanged() {
        readMissing();
        fetch();
    }

    /** Asks for the durable's state; fetching goes on with the answer. */
    private void ask() {
        phase = Phase.ASKING;
        deliveries.interrupted();
        requests.begin();
    }

    /** Asks for as many messages as there is room for. */
    private void fetch() {
        if (phase == Phase.FETCHING && connection.online()) {
            requests.pull(sink.demand() - deliveries.waiting(), trouble.present());
        }
    }

    /** Reads what is missing before anything can be handed over. */
    private void readMissing() {
        boolean mayRead = phase == Phase.FETCHING && !requests.reading() && deliveries.mustRead();
        if (mayRead && connection.online() && sink.demand() > 0) {
            requests.read(deliveries.owed());
        }
    }

    // ---- what arrives

    void arrived(String inbox, Message message) {
        requests.heard();
        boolean current = requests.isCurrent(inbox);
        DurableRequests.Answer answer = DurableRequests.answer(inbox, message.getSubject());
        if (message.isStatusMessage()) {
            if (current && phase != Phase.STOPPED) {
                status(answer, message);
            }
        } else if (answer == DurableRequests.Answer.MESSAGE) {
            delivered(message, current);
        } else if (current && phase != Phase.STOPPED) {
            if (answer == DurableRequests.Answer.STATE) {
                stateTold(message);
            } else {
                readAnswered(message);
            }
        }
    }

    private void delivered(Message message, boolean current) {
        Delivery delivery = Delivery.of(message);
        if (delivery == null) {
            LOG.warn("subscription {}: a message without a place in the stream on {}", spec, message.getSubject());
            return;
        }
        requests.received(current);
        if (phase == Phase.STOPPED) {
            late.arrived(delivery);
            return;
        }
        if (phase != Phase.FETCHING && deliveries.knows(delivery)) {
            // Unless fetching, it may be of a new stream, whose sequences say nothing.
            NatsInbound.giveBackSoon(connection, delivery.handle());
            return;
        }
        if (current && phase == Phase.FETCHING && deliveries.isCountedAnew(delivery)) {
            LOG.info("subscription {}: the consumer counts anew; asking for its state", spec);
            NatsInbound.giveBackSoon(connection, delivery.handle());
            ask();
            return;
        }
        heard();
        deliveries.take(delivery);
        readMissing();
        fetch();
    }

    private void readAnswered(Message answer) {
        long asked = requests.readAnswered();
        if (asked == deliveries.owed()) {
            MessageInfo found = new MessageInfo(answer, names.stream(), false);
            if (found.hasError()) {
                if (found.getApiErrorCode() != NO_MESSAGE_FOUND) {
                    fail("the stream cannot be read at sequence " + asked + ": " + found.getError());
                    return;
                }
                heard();
                deliveries.foundNothing();
            } else if (deliveries.found(found.getSeq())) {
                heard();
                deliveries.handOver(found);
            }
        }
        deliveries.handOverNext();
        readMissing();
        fetch();
    }

    private void stateTold(Message answer) {
        if (phase != Phase.ASKING) {
            return;
        }
        ConsumerInfo info = new ConsumerInfo(answer);
        if (info.hasError()) {
            if (info.getErrorCode() == 404) {
                trouble.fail(new SubscriptionException("subscription " + spec + ": consumer " + names.durable()
                        + " on stream " + names.stream() + " is gone: " + info.getDescription()));
                mend();
            } else {
                fail("JetStream cannot tell the state of consumer " + names.durable() + ": " + info.getDescription());
            }
            return;
        }
        if (!info.getCreationTime().isEqual(durableMadeAt)) {
            LOG.warn("subscription {}: consumer {} was made anew, perhaps on a new stream", spec, names.durable());
            mend();
            return;
        }
        phase = Phase.FETCHING;
        deliveries.resumed(info);
        readMissing();
        fetch();
        if (!requests.reading() && requests.outstanding() == 0) {
            // Nothing is asked for that could show that more works than this answer.
            heard();
        }
    }

    /** The server told the durable's state while messages are fetched. */
    void toldMeanwhile(ConsumerInfo info) {
        if (info.getCreationTime().isEqual(durableMadeAt)) {
            deliveries.toldMeanwhile(info);
        }
    }

    private void status(DurableRequests.Answer to, Message message) {
        Status status = message.getStatus();
        if (status.getCode() == 100) {
            heard();
            return;
        }
        if (to == DurableRequests.Answer.PULL
                && (status.getCode() == 408 || status.getCode() == 404 || status.getCode() == 409)) {
            int unsent = DurableRequests.unsent(message);
            if (unsent >= 0) {
                heard();
                requests.expired(unsent);
                fetch();
                return;
            }
        }
        if (status.getCode() == 408) {
            ask();
            return;
        }
        fail("the server answered " + status.getCode() + " " + status.getMessage());
    }

    private void heard() {
        trouble.heard(phase == Phase.FETCHING);
    }

    // ---- what goes wrong

    /** A request was refused without which nothing comes. */
    void denied(String subject, String error) {
        if (phase == Phase.ASKING || phase == Phase.FETCHING) {
            fail("the credentials do not allow to publish to " + subject + " (the server said '" + error
                    + "'); allow it (see docs/nats.md, permissions)");
        }
    }

    /** Asks again for what was not answered in time, or failed a while ago. */
    void watch(long now) {
        switch (phase) {
            case ASKING -> {
                if (requests.isOverdue(now, requestTimeout)) {
                    trouble.fail(new SubscriptionException(
                            "subscription " + spec + ": JetStream does not tell the state of consumer "
                                    + names.durable() + " on stream " + names.stream() + "; it is asked again"));
                    ask();
                }
            }
            case FETCHING -> {
                boolean unread = requests.reading() && requests.isOverdue(now, requestTimeout);
                if (unread || requests.isSilent(now)) {
                    LOG.info(
                            "subscription {}: {}; asking anew",
                            spec,
                            unread ? "a read was not answered" : "no heartbeat");
                    trouble.silent();
                    ask();
                }
            }
            case FAILED -> {
                if (now - failedAt > RETRY_NANOS) {
                    ask();
                }
            }
            default -> {
                // Nothing is owed to us.
            }
        }
    }

    private void fail(String why) {
        trouble.fail(new SubscriptionException(
                "subscription " + spec + " on stream " + names.stream() + ": " + why + "; it is tried again"));
        phase = Phase.FAILED;
        failedAt = System.nanoTime();
    }

    private void mend() {
        phase = Phase.MENDING;
        mender.mend(streamMadeAt, deliveries.firstNotDone());
    }

    /** The stream or the durable is there again, perhaps as a new one. */
    void mended(Durable reopened) {
        if (phase != Phase.MENDING) {
            return;
        }
        durableMadeAt = reopened.state().getCreationTime();
        if (reopened.newStream()) {
            streamMadeAt = reopened.madeAt();
            deliveries.restart(reopened);
        }
        ask();
    }

    void notMended(EventBusException error) {
        if (phase == Phase.MENDING) {
            phase = Phase.FAILED;
            failedAt = System.nanoTime();
            trouble.fail(error);
        }
    }

    // ---- the end

    /** Asks for nothing more; what waited for earlier messages and has to go back, null if it was stopped before. */
    @Nullable
    Iterable<NatsInbound> stop() {
        if (phase == Phase.STOPPED) {
            return null;
        }
        late.stopped(phase == Phase.FETCHING);
        phase = Phase.STOPPED;
        return deliveries.drop();
    }

    /** Nothing more is to come: what came after the stop goes back. */
    void giveBackLate() {
        late.giveBack();
    }
}
