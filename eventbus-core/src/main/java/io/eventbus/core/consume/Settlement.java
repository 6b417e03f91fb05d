package io.eventbus.core.consume;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.eventbus.api.SubscriptionSpec;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settlement of what a subscription received: each message once, by whoever takes it out of {@link InFlight}, and only if its assignment
 * still may.
 *
 * <p>Concurrency: called by workers, the transport's thread and whoever closes. The broker is told without a lock. {@link #awaitSettled} waits on
 * a monitor of its own, under which nothing is called but figures are asked: a settlement takes its message out first and looks for someone who
 * waits after.
 */
final class Settlement {

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    /** How soon one who waits looks again, since an aggregate that goes into back-off tells nobody. */
    private static final Duration LOOK = Duration.ofMillis(50);

    private final SubscriptionSpec spec;
    private final InFlight inFlight;
    private final MessageLanes lanes;
    private final SubscriptionDemand demand;
    private final SubscriptionHealth health;
    private final Tally tally;
    private final Object settled = new Object();

    /** How many wait; written under the monitor of {@link #settled}. */
    private volatile int waiters;

    Settlement(
            InFlight inFlight, MessageLanes lanes, SubscriptionDemand demand, SubscriptionHealth health, Tally tally) {
        this.spec = lanes.spec();
        this.inFlight = inFlight;
        this.lanes = lanes;
        this.demand = demand;
        this.health = health;
        this.tally = tally;
    }

    /** The message is handled. */
    void handled(DeliveryTask task) {
        if (inFlight.remove(task)) {
            acknowledge(task);
            tally.handled.increment();
            changed();
        }
    }

    /** The message is stored as a dead letter. */
    void deadLettered(DeliveryTask task, DeadLetters.Story story) {
        if (inFlight.remove(task)) {
            acknowledge(task);
            health.buried();
            tally.deadLettered.increment();
            LOG.warn(
                    "{}: {} is in the dead-letter topic {} after {} attempts: {}",
                    spec,
                    task,
                    spec.deadLetterTopic(),
                    story.attempts(),
                    story.last().reason(),
                    story.last().thrown());
            changed();
        }
    }

    /** The message is left to the broker, which delivers it again. */
    void giveBack(DeliveryTask task) {
        if (inFlight.remove(task)) {
            if (task.ownership().mayAck()) {
                task.message().giveBack();
            }
            tally.givenBack.increment();
            changed();
        }
    }

    /** Gives back what is not being worked on. */
    void giveBackIdle() {
        for (DeliveryTask task : inFlight.snapshot()) {
            if (task.ownership().idle(task)) {
                giveBack(task);
            }
        }
    }

    /**
     * Forgets what is not being worked on of an assignment that goes, without a word to the broker: it knows.
     *
     * @return how many messages it was
     */
    int dropIdle(Ownership ownership) {
        int dropped = 0;
        for (DeliveryTask task : inFlight.snapshot()) {
            if (task.ownership() == ownership && ownership.idle(task) && inFlight.remove(task)) {
                tally.givenBack.increment();
                dropped++;
            }
        }
        return dropped;
    }

    private static void acknowledge(DeliveryTask task) {
        if (task.ownership().mayAck()) {
            task.message().ack();
        }
    }

    /** There may be less in flight or more credit: tells who waits for either. */
    void changed() {
        if (waiters > 0) {
            synchronized (settled) {
                settled.notifyAll();
            }
        }
        demand.mayHaveRisen();
    }

    /**
     * Waits until everything received is settled but for what waits for a retry, or until the deadline.
     *
     * @param own how many messages the caller itself is handling
     */
    void awaitSettled(int own, long deadline) {
        synchronized (settled) {
            waiters++;
            try {
                awaitFewer(own, deadline);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                waiters--;
            }
        }
    }

    @GuardedBy("settled")
    private void awaitFewer(int own, long deadline) throws InterruptedException {
        while (inFlight.count() - lanes.waiting() > own) {
            long millis = Math.min(LOOK.toMillis(), (deadline - System.nanoTime()) / 1_000_000);
            if (millis <= 0) {
                return;
            }
            settled.wait(millis);
        }
    }
}
