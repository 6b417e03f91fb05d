package io.eventbus.nats;

import io.eventbus.api.EventBusException;
import io.eventbus.api.SubscriptionException;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.Sink;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trouble of a subscription, as the sink and the log are told of it: it lasts until messages get through again and may be acknowledged.
 *
 * <p>Concurrency: guarded by the gate of the subscription.
 */
final class SubscriptionTrouble {

    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionTrouble.class);

    private final ConsumerSpec spec;
    private final Sink sink;
    private final DurableSubjects subjects;
    private final long quietNanos;
    private boolean present;
    private int silences;
    /** When the server last refused an acknowledgement of ours; zero if it did not. */
    private long ackDeniedAt;

    /** @param ackWait after which what is not acknowledged comes again */
    SubscriptionTrouble(ConsumerSpec spec, Sink sink, DurableSubjects subjects, Duration ackWait) {
        this.spec = spec;
        this.sink = sink;
        this.subjects = subjects;
        this.quietNanos = ackWait.multipliedBy(2).toNanos();
    }

    boolean present() {
        return present;
    }

    /** Something is wrong. */
    void fail(EventBusException error) {
        if (!present) {
            present = true;
            LOG.warn("subscription {} cannot go on: {}", spec, error.getMessage());
        }
        sink.failed(error);
    }

    /** What was asked for did not come, which may happen once. */
    void silent() {
        if (++silences > 1) {
            fail(new SubscriptionException("subscription " + spec + ": consumer " + subjects.durable() + " on stream "
                    + subjects.stream() + " tells its state but sends nothing; it is asked again"));
        }
    }

    /** It goes on, and every message comes again after each ack wait: handled once by this process, and anew by the next one. */
    void acknowledgementDenied(String error) {
        ackDeniedAt = System.nanoTime();
        if (!present) {
            fail(new SubscriptionException("subscription " + spec
                    + " cannot acknowledge: the credentials do not allow to"
                    + " publish to " + subjects.acknowledgements() + " (the server said '" + error
                    + "'); allow it (see docs/nats.md, permissions)"));
        }
    }

    /** There is a new connection, which may be allowed more. */
    void connectionRestored() {
        ackDeniedAt = 0;
    }

    /**
     * Something came that shows that messages get through.
     *
     * @param fetching whether they are fetched
     */
    void heard(boolean fetching) {
        silences = 0;
        if (present && fetching && mayAcknowledge()) {
            present = false;
            LOG.info("subscription {} goes on", spec);
            sink.recovered();
        }
    }

    /** Until no acknowledgement was refused for so long that all deliveries have come again. */
    private boolean mayAcknowledge() {
        return ackDeniedAt == 0 || System.nanoTime() - ackDeniedAt > quietNanos;
    }
}
