package io.eventbus.core.consume;

import io.eventbus.api.SubscriptionSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over the messages in flight: it keeps them alive at the broker and ends attempts that take too long.
 *
 * <p>Concurrency: {@link #sweep} comes from the sweeper, {@link #cutOff} from whoever closes, {@link #overdue} from anywhere. An attempt is ended
 * once, by whoever expires it first (see {@link Attempt}).
 */
final class AttemptWatch {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptWatch.class);

    private final SubscriptionSpec spec;
    private final InFlight inFlight;

    AttemptWatch(SubscriptionSpec spec, InFlight inFlight) {
        this.spec = spec;
        this.inFlight = inFlight;
    }

    /** Keeps un-settled messages alive and ends attempts that take too long. */
    void sweep(long keepAliveNanos) {
        long now = System.nanoTime();
        long limit = spec.maxProcessingTime().toNanos();
        for (DeliveryTask task : inFlight.snapshot()) {
            if (keepAliveNanos > 0) {
                task.keepAlive(now, keepAliveNanos);
            }
            if (task.attempt.running()
                    && task.attempt.elapsedNanos() > limit
                    && task.attempt.expire(Attempt.End.TOO_LATE)) {
                LOG.warn("{}: {} is handled for longer than {}; interrupted", spec, task, spec.maxProcessingTime());
            }
        }
    }

    /** Declares what runs void, so that nothing of it is acked. */
    void cutOff() {
        for (DeliveryTask task : inFlight.snapshot()) {
            task.ownership().gone();
            if (task.attempt.expire(Attempt.End.CUT_OFF)) {
                LOG.warn(
                        "{}: {} was still being handled when the close ran out of time; it will be handled again",
                        spec,
                        task);
            }
        }
    }

    /** What is wrong if a handler runs on though it was interrupted; else null. */
    @Nullable
    String overdue() {
        for (DeliveryTask task : inFlight.snapshot()) {
            if (task.attempt.overdue()) {
                return "the handler of " + task + " has run for longer than " + spec.maxProcessingTime()
                        + " and ignores its interrupt; its aggregate waits";
            }
        }
        return null;
    }
}
