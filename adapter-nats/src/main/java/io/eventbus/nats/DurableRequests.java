package io.eventbus.nats;

import io.eventbus.api.spi.ConsumerSpec;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of a subscription about its durable and what is still unanswered of them. Each beginning asks for the durable's state in an
 * inbox of its own, so that what was asked for before is told apart; then messages are asked for in pull requests, and messages that are
 * missing are read from the stream one at a time.
 *
 * <p>Concurrency: guarded by the gate of the subscription. No method waits: the client's publish only queues. What comes is passed on without
 * the gate, on the fetcher's dispatcher.
 */
final class DurableRequests {

    private static final Logger LOG = LoggerFactory.getLogger(DurableRequests.class);
    private static final Duration PULL_EXPIRY = Duration.ofSeconds(30);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final long SILENCE_NANOS = HEARTBEAT.toNanos() * 5 / 2;
    /** While something is wrong: so that it shows soon that it is well again. */
    private static final Duration SOON_HEARTBEAT = Duration.ofSeconds(1);

    private static final char PULL = 'p';
    private static final char STATE = 's';
    private static final char READ = 'r';

    /** What came into an inbox. */
    enum Answer {
        MESSAGE,
        PULL,
        STATE,
        READ
    }

    private final NatsConnection connection;
    private final Dispatcher dispatcher;
    private final ConsumerSpec spec;
    private final DurableSubjects subjects;
    private final BiConsumer<String, Message> arrivals;
    private final PullCredit credit = new PullCredit();
    private String inbox = "";
    private @Nullable Subscription interest;
    private long pulls;
    private long received;
    private long readFrom = -1;
    private long askedAt;
    private long heardAt;

    /** @param arrivals gets everything that comes, with the inbox that it came into */
    DurableRequests(
            NatsConnection connection,
            Dispatcher dispatcher,
            ConsumerSpec spec,
            DurableSubjects subjects,
            BiConsumer<String, Message> arrivals) {
        this.connection = connection;
        this.dispatcher = dispatcher;
        this.spec = spec;
        this.subjects = subjects;
        this.arrivals = arrivals;
    }

    /** Forgets what was asked for and asks for the durable's state. */
    void begin() {
        askedAt = System.nanoTime();
        heardAt = askedAt;
        readFrom = -1;
        credit.reset();
        end();
        String fresh = connection.client().createInbox() + ".";
        inbox = fresh;
        interest = dispatcher.subscribe(fresh + "*", message -> arrivals.accept(fresh, message));
        connection.publishQuietly(subjects.state(), fresh + STATE, new byte[0]);
    }

    /**
     * Asks for messages if it is time to.
     *
     * @param room how many more the sink takes, those asked for included
     * @param soon whether the server should show soon that it is there
     */
    void pull(int room, boolean soon) {
        int batch = credit.ask(room);
        if (batch == 0) {
            return;
        }
        String request = "{\"batch\":" + batch + ",\"expires\":" + PULL_EXPIRY.toNanos() + ",\"idle_heartbeat\":"
                + (soon ? SOON_HEARTBEAT : HEARTBEAT).toNanos() + "}";
        if (credit.requested() == batch) {
            heardAt = System.nanoTime();
        }
        connection.publishQuietly(subjects.next(), inbox + PULL + pulls++, request.getBytes(StandardCharsets.US_ASCII));
    }

    /** Asks the stream for the topic's first message from a sequence on. */
    void read(long from) {
        readFrom = from;
        askedAt = System.nanoTime();
        String request = "{\"seq\":" + from + ",\"next_by_subj\":\"" + spec.topic() + "\"}";
        connection.publishQuietly(subjects.read(), inbox + READ + from, request.getBytes(StandardCharsets.US_ASCII));
    }

    /** Something came. */
    void heard() {
        heardAt = System.nanoTime();
    }

    /** Whether an inbox is the present one. */
    boolean isCurrent(String of) {
        return of.equals(inbox);
    }

    /** What a message is that came into an inbox. */
    static Answer answer(String inbox, String subject) {
        if (!subject.startsWith(inbox)) {
            return Answer.MESSAGE;
        }
        return switch (subject.charAt(inbox.length())) {
            case PULL -> Answer.PULL;
            case STATE -> Answer.STATE;
            default -> Answer.READ;
        };
    }

    /** How many messages a pull request did not send that ended with this status; negative if it does not tell. */
    static int unsent(Message message) {
        Headers headers = message.getHeaders();
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

    /** A message of the durable came, of the present inbox or of an earlier one. */
    void received(boolean current) {
        received++;
        if (current) {
            credit.received();
        }
    }

    /** How many messages came since the subscription began. */
    long received() {
        return received;
    }

    /** A pull request ended with so many messages not sent. */
    void expired(int unsent) {
        credit.expired(unsent);
    }

    /** How many messages are asked for and neither received nor expired. */
    int outstanding() {
        return credit.requested();
    }

    boolean reading() {
        return readFrom >= 0;
    }

    /** The read was answered; the sequence that it began with, negative if none was asked for. */
    long readAnswered() {
        long from = readFrom;
        readFrom = -1;
        return from;
    }

    /** Whether the state, or what is read, was asked for longer ago than this. */
    boolean isOverdue(long now, Duration timeout) {
        return now - askedAt > timeout.toNanos();
    }

    /** Whether messages are asked for and neither they nor heartbeats come. */
    boolean isSilent(long now) {
        return credit.requested() > 0 && now - heardAt > SILENCE_NANOS;
    }

    /** Nothing that still comes is wanted. */
    void end() {
        Subscription old = interest;
        interest = null;
        if (old != null) {
            try {
                dispatcher.unsubscribe(old);
            } catch (IllegalStateException e) {
                LOG.debug("the connection is closed, and so is the inbox of {}", spec);
            }
        }
    }
}
