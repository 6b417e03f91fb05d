package io.eventbus.nats;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sender of all messages of a transport and the receiver of all their acknowledgements: one inbox, whose subjects carry the token of a
 * slot, one dispatcher and one tick of the timer for all. Per message there is no future, no thread and no map entry.
 *
 * <p>What was sent before the connection was lost may or may not be stored; it fails as soon as the connection is there again, so that
 * it is sent anew at once. What is sent while there is no connection is parked in its slot until then, and not given to the client, so
 * that memory stays bounded and nothing old is sent later behind something newer.
 *
 * <p>Concurrency: {@link #send} from any thread; answers on the inbox's dispatcher; time-outs and connection events on the timer. The slot
 * table makes sure that one of them settles a send.
 */
final class AckInbox implements NatsConnection.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(AckInbox.class);
    private static final long TICK_MILLIS = 20;
    /** An earlier attempt to store the same message is not finished yet. */
    private static final int DUPLICATE_IN_PROCESS = 10158;

    private static final byte[] NO_BODY = new byte[0];

    private final NatsConnection connection;
    private final Duration ackTimeout;
    private final SlotTable<Sent> slots;
    private final KnownStreams streams;
    private final LostTopics lostTopics;
    private final String prefix;
    private final Dispatcher dispatcher;
    private final AtomicLong epoch = new AtomicLong();
    private volatile boolean closed;

    AckInbox(
            NatsConnection connection,
            NatsThreads threads,
            NatsConfig config,
            KnownStreams streams,
            LostTopics lostTopics) {
        this.connection = connection;
        this.ackTimeout = config.ackTimeout();
        this.slots = new SlotTable<>(config.maxOutstanding());
        this.streams = streams;
        this.lostTopics = lostTopics;
        this.prefix = connection.client().createInbox() + ".";
        this.dispatcher = connection.dispatcher(this::answered);
        this.dispatcher.subscribe(prefix + "*");
        connection.addListener(this);
        var unused =
                threads.timer().scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Sends a message; see {@link io.eventbus.api.spi.Transport#send}. */
    void send(OutboundMessage message, SendCallback done) {
        String stream = streams.nameFor(message.topic());
        long now = System.nanoTime();
        long deadline = Math.min(ackTimeout.toNanos(), message.deadlineNanos() - now) + now;
        Sent sent = new Sent(message.topic().name(), message.messageId(), stream, done, epoch.get());
        EventBusException refusal = refusal(sent);
        if (refusal != null) {
            done.failed(refusal);
            return;
        }
        WireHeaders headers;
        try {
            headers = WireHeaders.of(message.headers(), message.messageId(), stream);
        } catch (IllegalArgumentException e) {
            done.failed(sent.error(Reason.NOT_ENCODABLE, String.valueOf(e.getMessage()), e));
            return;
        }
        byte[] body = message.body();
        long size = headers.serializedLength() + (long) (body == null ? 0 : body.length);
        if (size > connection.maxMessageBytes()) {
            done.failed(sent.error(
                    Reason.TOO_LARGE,
                    "it has " + size + " bytes with its headers, the server takes " + connection.maxMessageBytes()
                            + "; make it smaller or raise max_payload of the server",
                    null));
            return;
        }
        long token = slots.claim(sent, deadline);
        if (token < 0) {
            done.failed(sent.error(
                    Reason.UNAVAILABLE,
                    "all " + slots.used() + " places for sends are taken; raise eventbus.nats.max-outstanding above the"
                            + " publish window",
                    null));
            return;
        }
        if (closed) {
            fail(token, Reason.DISCONNECTED, "the transport was closed");
        } else if (connection.connected()) {
            write(message.topic().name(), token, headers, body);
        }
    }

    private @Nullable EventBusException refusal(Sent sent) {
        if (closed) {
            return new BusClosedException(sent + " was not sent: the transport is closed");
        }
        String refused = connection.refusedForGood();
        String why = refused == null ? connection.inboxDenied() : refused;
        return why == null ? null : sent.error(Reason.UNAUTHORIZED, why, null);
    }

    private void write(String subject, long token, WireHeaders headers, byte @Nullable [] body) {
        try {
            connection
                    .client()
                    .publish(
                            subject,
                            prefix + Long.toString(token, Character.MAX_RADIX),
                            headers,
                            body == null ? NO_BODY : body);
        } catch (IllegalStateException e) {
            fail(token, Reason.DISCONNECTED, "the client does not take it: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            fail(token, Reason.TOO_LARGE, "the client refuses it: " + e.getMessage());
        }
    }

    /** On the dispatcher: an acknowledgement, an error, or the server's word that nobody listens. */
    private void answered(Message answer) {
        Sent sent = slots.settle(token(answer.getSubject()));
        if (sent == null) {
            return;
        }
        if (answer.isStatusMessage()) {
            sent.done.failed(nobodyThere(sent, answer.getStatus().getCode()));
            return;
        }
        PubAck ack = PubAck.parse(answer.getData());
        String stream = ack.stream();
        if (ack.stored() && stream != null) {
            streams.seen(sent.topic);
            sent.done.acknowledged(new Position(stream, 0, ack.sequence()), ack.duplicate());
        } else {
            sent.done.failed(sent.error(reasonOf(ack), describe(ack), null));
        }
    }

    private PublishException nobodyThere(Sent sent, int code) {
        if (code == 503 && !streams.expected(sent.topic)) {
            return sent.error(
                    Reason.TOPIC_MISSING,
                    "no stream takes this subject and eventbus.nats.topology=never; make the stream, or use create",
                    null);
        }
        lostTopics.missing(sent.topic);
        return sent.error(
                Reason.UNAVAILABLE,
                "no stream answers for this subject now (status " + code
                        + "); it is starting, has no leader or was deleted",
                null);
    }

    static Reason reasonOf(PubAck ack) {
        String words = ack.description();
        return switch (ack.errorCode()) {
            case 10054 -> Reason.TOO_LARGE;
            case 10060 -> Reason.REJECTED;
            case 10059 -> Reason.TOPIC_MISSING;
            case 10077, 10023, 10047, DUPLICATE_IN_PROCESS -> Reason.UNAVAILABLE;
            default -> {
                if (words.contains("maximum messages") || words.contains("maximum bytes") || ack.code() >= 500) {
                    yield Reason.UNAVAILABLE;
                }
                yield ack.code() == 401 || ack.code() == 403 ? Reason.UNAUTHORIZED : Reason.REJECTED;
            }
        };
    }

    private static String describe(PubAck ack) {
        return "JetStream answered '" + ack.description() + "' (code " + ack.code() + ", error " + ack.errorCode()
                + ")";
    }

    /** An exception would end the ticking for good, and with it all time-outs. */
    private void tick() {
        try {
            failExpired(System.nanoTime());
        } catch (RuntimeException e) {
            LOG.error("a send that got no acknowledgement in time could not be reported", e);
        }
    }

    private void failExpired(long now) {
        slots.forEachExpired(now, token -> {
            if (connection.connected()) {
                fail(token, Reason.TIMEOUT, "no acknowledgement in time; it may be stored");
            } else {
                fail(token, Reason.DISCONNECTED, "no connection to NATS at " + connection.shownServers());
            }
        });
    }

    @Override
    public void connectionRestored() {
        long current = epoch.incrementAndGet();
        failAll(
                sent -> sent.epoch < current,
                Reason.DISCONNECTED,
                "the connection was lost before the acknowledgement; it may be stored");
    }

    @Override
    public void connectionClosed(String why) {
        failAll(sent -> true, Reason.UNAUTHORIZED, why);
    }

    /** Without an inbox no acknowledgement arrives, whatever was stored. */
    @Override
    public void inboxDenied(String why) {
        failAll(sent -> true, Reason.UNAUTHORIZED, why);
    }

    @Override
    public void publishDenied(String subject, String error) {
        failAll(
                sent -> sent.topic.equals(subject),
                Reason.UNAUTHORIZED,
                "the server said '" + error + "'; allow the credentials to publish to it");
    }

    /** Fails what is still outstanding. */
    void close() {
        closed = true;
        failAll(
                sent -> true,
                Reason.DISCONNECTED,
                "the transport was closed before the acknowledgement; it may be stored");
    }

    int outstanding() {
        return slots.used();
    }

    private void failAll(Predicate<Sent> which, Reason reason, String why) {
        slots.forEach(token -> {
            Sent sent = slots.peek(token);
            if (sent != null && which.test(sent)) {
                fail(token, reason, why);
            }
        });
    }

    private void fail(long token, Reason reason, String why) {
        Sent sent = slots.settle(token);
        if (sent != null) {
            sent.done.failed(sent.error(reason, why, null));
        }
    }

    private long token(String subject) {
        long token = 0;
        for (int i = prefix.length(); i < subject.length(); i++) {
            int digit = Character.digit(subject.charAt(i), Character.MAX_RADIX);
            if (digit < 0 || token > Long.MAX_VALUE / Character.MAX_RADIX - 1) {
                return -1;
            }
            token = token * Character.MAX_RADIX + digit;
        }
        return token;
    }

    /** A message on its way, as far as its outcome needs it. */
    private record Sent(String topic, String messageId, String stream, SendCallback done, long epoch) {

        PublishException error(Reason reason, String why, @Nullable Throwable cause) {
            return new PublishException(reason, this + " failed: " + why, cause);
        }

        @Override
        public String toString() {
            return "publish of event " + messageId + " to " + topic + " (stream " + stream + ")";
        }
    }
}
