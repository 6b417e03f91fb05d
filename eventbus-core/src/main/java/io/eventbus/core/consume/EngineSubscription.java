package io.eventbus.core.consume;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.eventbus.api.CloseReport;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Health;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.SubscriptionStats;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.TransportSubscription;
import io.eventbus.core.pool.GlobalShare;
import io.eventbus.core.pool.KeyedLanes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running subscription: takes messages from the transport, puts each into its lane and settles it once its task is through.
 *
 * <pre>
 *   transport ─ accept ─► {@link MessageLanes} ─ worker ─► {@link DeliveryTask} ─► {@link Settlement} ─► transport
 *                              demand ◄─ {@link SubscriptionDemand} ◄──────────────────┘
 * </pre>
 *
 * <p>Concurrency: {@link #accept}, {@link #assigned} and {@link #revoked} come from the transport, one at a time. Tasks call back from
 * workers. {@link #close} may come from anywhere; the first call does the work, the others wait for it. A message is settled by whoever takes
 * it out of {@link InFlight}. Locks: the monitors of {@link Ownership} and {@link InFlight} are leaves; {@code closing} is decided under this
 * object's monitor and acted upon outside.
 */
final class EngineSubscription implements Subscription, Sink {

    private static final Logger LOG = LoggerFactory.getLogger(EngineSubscription.class);

    private final Handling handling;
    private final DeadLetters deadLetters;
    private final HandlerThreads handlerThreads;
    private final Runnable onClosed;

    private final InFlight inFlight = new InFlight();
    private final Ownerships ownerships = new Ownerships();
    private final Tally tally = new Tally();
    private final MessageLanes lanes;
    private final AttemptWatch attempts;
    private final SubscriptionDemand demand;
    private final SubscriptionHealth health;
    private final Settlement settlement;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable CloseReport report;

    @GuardedBy("this")
    private boolean closing;

    EngineSubscription(
            Handling handling,
            DeadLetters deadLetters,
            KeyedLanes lanes,
            GlobalShare share,
            HandlerThreads handlerThreads,
            long maxMessageBytes,
            Runnable onClosed) {
        this.handling = handling;
        this.deadLetters = deadLetters;
        this.handlerThreads = handlerThreads;
        this.onClosed = onClosed;
        this.lanes = new MessageLanes(handling, lanes, share);
        this.attempts = new AttemptWatch(handling.spec(), inFlight);
        this.demand = new SubscriptionDemand(
                new Credit(handling.spec(), maxMessageBytes, new SubscriptionLoad(inFlight, lanes, share)));
        this.health = new SubscriptionHealth(handling.spec(), attempts);
        this.settlement = new Settlement(inFlight, this.lanes, demand, health, tally);
    }

    void attach(TransportSubscription value) {
        demand.attach(value);
    }

    // ---- what the transport calls

    @Override
    public int demand() {
        return demand.available();
    }

    @Override
    public void accept(InboundMessage message) {
        DeliveryTask task = new DeliveryTask(this, ownerships.of(message.assignment()), message, Instant.now());
        tally.received.increment();
        demand.sized(task.size());
        inFlight.add(task);
        if (leaving()) {
            giveBack(task);
        } else if (!lanes.enqueue(task)) {
            giveBack(task);
            poolClosed();
        }
    }

    @Override
    public void assigned(Assignment assignment) {
        ownerships.of(assignment);
    }

    @Override
    public void leaving(Assignment assignment) {
        ownerships.announce(assignment);
    }

    @Override
    public void revoked(Assignment assignment, Duration grace) {
        Ownership ownership = ownerships.remove(assignment);
        if (ownership == null) {
            return;
        }
        long now = System.nanoTime();
        long deadline = now + grace.toNanos();
        // What is done behind an unfinished message would be handled again by the next owner: so finish first, if there
        // is time.
        drain(now + grace.toNanos() / 2);
        ownerships.leaveAnnounced();
        ownership.leave();
        int dropped = dropIdle(ownership);
        int running = Ownerships.awaitIdle(ownership, 0, deadline);
        ownership.gone();
        // Once more: a handler that failed within the grace has left its message waiting.
        dropped += dropIdle(ownership);
        noteStrays(ownership);
        LOG.info("{}: lost {}; {} unstarted dropped, {} still running", spec(), assignment.name(), dropped, running);
        settlement.changed();
    }

    private int dropIdle(Ownership ownership) {
        int dropped = settlement.dropIdle(ownership);
        wakeLanes();
        return dropped;
    }

    private void noteStrays(Ownership gone) {
        for (DeliveryTask task : inFlight.snapshot()) {
            if (task.ownership() == gone) {
                lanes.stray(task);
                if (gone.idle(task)) {
                    strayEnded(task);
                }
            }
        }
    }

    @Override
    public void failed(EventBusException error) {
        health.failed(error);
    }

    @Override
    public void recovered() {
        health.recovered();
    }

    /** Whoever owns the pool has closed it before this subscription: nothing can be handled any more. */
    private void poolClosed() {
        if (!demand.ending() && !health.isStopped()) {
            stop(
                    "stopped: the worker pool it uses is closed. Close the subscriptions, or their bus, before the pools",
                    null);
        }
    }

    private void stop(String reason, @Nullable Throwable thrown) {
        health.stopped(reason);
        LOG.error("{}: {}", spec(), reason, thrown);
        stopIntake();
    }

    // ---- what tasks call

    Handling handling() {
        return handling;
    }

    DeadLetters deadLetters() {
        return deadLetters;
    }

    boolean paused() {
        return demand.paused();
    }

    boolean leaving() {
        return demand.leaving();
    }

    @Nullable
    DeliveryTask enterHandler(DeliveryTask task) {
        return handlerThreads.enter(task);
    }

    void leaveHandler(@Nullable DeliveryTask outer) {
        handlerThreads.leave(outer);
    }

    void settle(DeliveryTask task) {
        settlement.handled(task);
    }

    void buried(DeliveryTask task, DeadLetters.Story story) {
        settlement.deadLettered(task, story);
    }

    void giveBack(DeliveryTask task) {
        settlement.giveBack(task);
    }

    /** No work on the message is under way any more; its next delivery, if it waits for that, may start. */
    void strayEnded(DeliveryTask task) {
        for (DeliveryTask next : lanes.strayEnded(task)) {
            if (leaving() || !lanes.enqueueUnkeyed(next)) {
                giveBack(next);
            }
        }
    }

    void retrying(DeliveryTask task, DeliveryTask.Failure why, Duration delay) {
        tally.retried.increment();
        LOG.debug("{}: {} failed, {}; again in {} ms", spec(), task, why.reason(), delay.toMillis(), why.thrown());
    }

    /** A fault of the engine or its surroundings; the message keeps its place and is tried again. */
    void stumbled(DeliveryTask task, Throwable thrown) {
        LOG.error("{}: {} could not be worked on; it keeps its place and is tried again", spec(), task, thrown);
    }

    void notBuried(DeliveryTask task, @Nullable EventBusException error) {
        String problem = "the dead letter of " + task + " cannot be stored in " + spec().deadLetterTopic()
                + "; it stays pending and its aggregate waits" + (error == null ? "" : ": " + error.getMessage());
        health.notBuried(problem);
        LOG.warn("{}: {}", spec(), problem, error);
    }

    /** The policy is to stop: nothing more is fetched or started, and the message stays with the broker. */
    void stopAt(DeliveryTask task, DeliveryTask.Failure why) {
        stop(
                "stopped at " + task + ": " + why.reason()
                        + "; it is neither skipped nor acknowledged. Mend the cause and start the "
                        + "subscription again",
                why.thrown());
        wakeLanes();
    }

    // ---- what the sweeper calls

    /** Looks at what no event tells of: what the clock does, and credit that rose because an aggregate went into back-off. */
    void sweep(long keepAliveNanos) {
        settlement.changed();
        attempts.sweep(keepAliveNanos);
    }

    // ---- what the application calls

    @Override
    public SubscriptionSpec spec() {
        return handling.spec();
    }

    @Override
    public SubscriptionStats stats() {
        return new SubscriptionStats(
                tally.received.sum(),
                tally.handled.sum(),
                tally.retried.sum(),
                tally.deadLettered.sum(),
                tally.givenBack.sum(),
                inFlight.count(),
                inFlight.bytes(),
                lanes.waiting(),
                lanes.count());
    }

    @Override
    public Health.Component health() {
        return health.component();
    }

    @Override
    public void pause() {
        demand.pause();
    }

    @Override
    public void resume() {
        demand.resume();
        wakeLanes();
        demand.changed();
    }

    @Override
    public CloseReport close(Duration timeout) {
        SubscriptionClose mine = startClose(timeout);
        if (mine == null) {
            return awaitReport(timeout);
        }
        SubscriptionClose.together(List.of(mine));
        CloseReport result = report;
        return result == null ? new CloseReport(0, 0, 0, timeout) : result;
    }

    /** The close that the caller has to do, and whose time runs from now on; null for all callers but the first. */
    @Nullable
    SubscriptionClose startClose(Duration timeout) {
        synchronized (this) {
            if (closing) {
                return null;
            }
            closing = true;
        }
        demand.drain();
        return new SubscriptionClose(this, timeout);
    }

    // ---- the steps of a close

    @Nullable
    TransportSubscription transport() {
        return demand.transport();
    }

    /**
     * Takes nothing more from the transport and starts nothing more; what is idle is given back.
     *
     * @return the assignments that are left, where handlers may still run
     */
    List<Ownership> stopIntake() {
        demand.leave();
        List<Ownership> owned = ownerships.leaveAll();
        giveBackIdle();
        return owned;
    }

    /**
     * Waits until everything received is settled but for what waits for a retry, so that after a clean stop nothing comes again. What is not
     * done by the deadline is given back.
     */
    void drain(long deadline) {
        settlement.awaitSettled(isOwnHandler() ? 1 : 0, deadline);
    }

    void giveBackIdle() {
        settlement.giveBackIdle();
    }

    /** Declares what runs void, so that nothing of it is acked. */
    void cutOff() {
        attempts.cutOff();
    }

    /** Waits until no handler runs, but for the one that calls; how many do in the end. */
    int awaitHandlers(List<Ownership> owned, long deadline) {
        DeliveryTask own = handlerThreads.current();
        int running = 0;
        for (Ownership ownership : owned) {
            int mine = own != null && own.ownership() == ownership ? 1 : 0;
            running += Ownerships.awaitIdle(ownership, mine, deadline);
        }
        return running;
    }

    void wakeLanes() {
        lanes.wakeAll();
    }

    void closeLanes() {
        lanes.close();
    }

    void closed(CloseReport result) {
        report = result;
        closed.countDown();
        onClosed.run();
    }

    private CloseReport awaitReport(Duration timeout) {
        if (!isOwnHandler()) {
            try {
                closed.await(SubscriptionClose.bounded(timeout).toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        CloseReport result = report;
        return result != null ? result : new CloseReport(inFlight.count(), 0, 0, timeout);
    }

    private boolean isOwnHandler() {
        return ownerships.hold(handlerThreads.current());
    }
}
