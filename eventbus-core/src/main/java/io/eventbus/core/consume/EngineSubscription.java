package io.eventbus.core.consume;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.eventbus.api.CloseReport;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Health;
import io.eventbus.api.Ordering;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running subscription: takes messages from the transport, puts each into its lane and settles it once its task is through.
 *
 * <p>Concurrency: {@link #accept}, {@link #assigned} and {@link #revoked} come from the transport, one at a time. Tasks call back from
 * workers. {@link #close} may come from anywhere; the first call does the work, the others wait for it. A message is settled by whoever takes
 * it out of {@link InFlight}. Locks: the monitors of {@link Ownership} and {@link InFlight} are leaves; {@code closing} is decided under this
 * object's monitor and acted upon outside.
 */
final class EngineSubscription implements Subscription, Sink {

    private static final Logger LOG = LoggerFactory.getLogger(EngineSubscription.class);

    /** The lane of all messages of a subscription that handles one at a time. */
    private static final Object ONLY_LANE = new Object();

    /** How soon a draining close looks again, since an aggregate that goes into back-off tells nobody. */
    private static final Duration DRAIN_LOOK = Duration.ofMillis(50);

    private final Handling handling;
    private final DeadLetters deadLetters;
    private final KeyedLanes lanes;
    private final GlobalShare share;
    private final HandlerThreads handlerThreads;
    private final Runnable onClosed;

    private final InFlight inFlight = new InFlight();
    private final Object drained = new Object();

    /** Assignments that will be revoked soon; used by the transport's thread only. */
    private final List<Ownership> announced = new ArrayList<>();

    private final Strays strays = new Strays();
    private final Tally tally = new Tally();
    private final Credit credit;
    private final ConcurrentHashMap<Assignment, Ownership> ownerships = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    private volatile @Nullable TransportSubscription transport;
    private volatile boolean paused;
    private volatile boolean draining;
    private volatile boolean revoking;
    private volatile boolean leaving;
    private volatile @Nullable EventBusException failure;
    private volatile @Nullable String stopReason;
    private volatile @Nullable String burialProblem;
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
        this.lanes = lanes;
        this.share = share;
        this.handlerThreads = handlerThreads;
        this.onClosed = onClosed;
        this.credit = new Credit(handling.spec(), maxMessageBytes, new Load());
    }

    void attach(TransportSubscription value) {
        transport = value;
        value.demandChanged();
    }

    // ---- what the transport calls

    @Override
    public int demand() {
        return paused || draining || leaving ? 0 : credit.available();
    }

    @Override
    public void accept(InboundMessage message) {
        DeliveryTask task = new DeliveryTask(this, ownershipOf(message.assignment()), message, Instant.now());
        tally.received.increment();
        credit.sized(task.size());
        inFlight.add(task);
        if (leaving) {
            giveBack(task);
        } else if (!enqueue(task)) {
            giveBack(task);
            poolClosed();
        }
    }

    @Override
    public void assigned(Assignment assignment) {
        ownershipOf(assignment);
    }

    @Override
    public void leaving(Assignment assignment) {
        announced.add(ownershipOf(assignment));
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
        revoking = true;
        drain(now + grace.toNanos() / 2);
        revoking = false;
        announced.forEach(Ownership::leave);
        announced.clear();
        ownership.leave();
        int dropped = dropIdle(ownership);
        int running = awaitIdle(ownership, 0, deadline);
        ownership.gone();
        // Once more: a handler that failed within the grace has left its message waiting.
        dropped += dropIdle(ownership);
        noteStrays(ownership);
        LOG.info("{}: lost {}; {} unstarted dropped, {} still running", spec(), assignment.name(), dropped, running);
        creditMayHaveRisen();
    }

    private int dropIdle(Ownership ownership) {
        int dropped = 0;
        for (DeliveryTask task : inFlight.snapshot()) {
            if (task.ownership() == ownership && ownership.idle(task) && inFlight.remove(task)) {
                tally.givenBack.increment();
                dropped++;
            }
        }
        wakeLanes();
        return dropped;
    }

    @Override
    public void failed(EventBusException error) {
        failure = error;
    }

    @Override
    public void recovered() {
        failure = null;
    }

    private Ownership ownershipOf(Assignment assignment) {
        Ownership known = ownerships.get(assignment);
        return known == null ? ownerships.computeIfAbsent(assignment, a -> new Ownership()) : known;
    }

    private boolean enqueue(DeliveryTask task) {
        boolean oneAtATime = spec().concurrency() == 1;
        if (oneAtATime) {
            return lanes.submit(ONLY_LANE, task.size(), task);
        }
        String key =
                spec().ordering() == Ordering.PER_AGGREGATE ? handling.codec().keyOf(task.message()) : null;
        if (key != null) {
            return lanes.submit(key, task.size(), task);
        }
        return strays.holdBack(task) || enqueueUnkeyed(task);
    }

    private boolean enqueueUnkeyed(DeliveryTask task) {
        // A limit of its own can only be kept in one pool, so there each unkeyed message has a lane to itself.
        return spec().concurrency() > 0 ? lanes.submit(task, task.size(), task) : share.submit(task);
    }

    private void noteStrays(Ownership gone) {
        for (DeliveryTask task : inFlight.snapshot()) {
            if (task.ownership() == gone) {
                strays.add(task.message().position());
                if (gone.idle(task)) {
                    strayEnded(task);
                }
            }
        }
    }

    // ---- what tasks call

    Handling handling() {
        return handling;
    }

    DeadLetters deadLetters() {
        return deadLetters;
    }

    boolean paused() {
        return paused;
    }

    boolean leaving() {
        return leaving;
    }

    @Nullable
    DeliveryTask enterHandler(DeliveryTask task) {
        return handlerThreads.enter(task);
    }

    void leaveHandler(@Nullable DeliveryTask outer) {
        handlerThreads.leave(outer);
    }

    void settle(DeliveryTask task) {
        if (inFlight.remove(task)) {
            if (task.ownership().mayAck()) {
                task.message().ack();
            }
            tally.handled.increment();
            creditMayHaveRisen();
        }
    }

    /** No work on the message is under way any more; its next delivery, if it waits for that, may start. */
    void strayEnded(DeliveryTask task) {
        for (DeliveryTask next : strays.end(task.message().position())) {
            if (leaving || !enqueueUnkeyed(next)) {
                giveBack(next);
            }
        }
    }

    void retrying(DeliveryTask task, DeliveryTask.Failure why, Duration delay) {
        tally.retried.increment();
        LOG.debug("{}: {} failed, {}; again in {} ms", spec(), task, why.reason(), delay.toMillis(), why.thrown());
    }

    void buried(DeliveryTask task, DeadLetters.Story story) {
        if (inFlight.remove(task)) {
            if (task.ownership().mayAck()) {
                task.message().ack();
            }
            burialProblem = null;
            tally.deadLettered.increment();
            LOG.warn(
                    "{}: {} is in the dead-letter topic {} after {} attempts: {}",
                    spec(),
                    task,
                    spec().deadLetterTopic(),
                    story.attempts(),
                    story.last().reason(),
                    story.last().thrown());
            creditMayHaveRisen();
        }
    }

    /** A fault of the engine or its surroundings; the message keeps its place and is tried again. */
    void stumbled(DeliveryTask task, Throwable thrown) {
        LOG.error("{}: {} could not be worked on; it keeps its place and is tried again", spec(), task, thrown);
    }

    void notBuried(DeliveryTask task, @Nullable EventBusException error) {
        burialProblem = "the dead letter of " + task + " cannot be stored in " + spec().deadLetterTopic()
                + "; it stays pending and its aggregate waits" + (error == null ? "" : ": " + error.getMessage());
        LOG.warn("{}: {}", spec(), burialProblem, error);
    }

    void giveBack(DeliveryTask task) {
        if (inFlight.remove(task)) {
            if (task.ownership().mayAck()) {
                task.message().giveBack();
            }
            tally.givenBack.increment();
            creditMayHaveRisen();
        }
    }

    /** The policy is to stop: nothing more is fetched or started, and the message stays with the broker. */
    void stopAt(DeliveryTask task, DeliveryTask.Failure why) {
        stopReason = "stopped at " + task + ": " + why.reason()
                + "; it is neither skipped nor acknowledged. Mend the cause and start the " + "subscription again";
        LOG.error("{}: {}", spec(), stopReason, why.thrown());
        stopIntake();
        wakeLanes();
    }

    /** Whoever owns the pool has closed it before this subscription: nothing can be handled any more. */
    private void poolClosed() {
        if (!draining && !leaving && stopReason == null) {
            stopReason =
                    "stopped: the worker pool it uses is closed. Close the subscriptions, or their bus, before the pools";
            LOG.error("{}: {}", spec(), stopReason);
            stopIntake();
        }
    }

    private void creditMayHaveRisen() {
        if (draining || revoking) {
            synchronized (drained) {
                drained.notifyAll();
            }
        }
        if (draining) {
            return;
        }
        TransportSubscription current = transport;
        if (current != null && !leaving && !paused && credit.refilled()) {
            current.demandChanged();
        }
    }

    // ---- what the sweeper calls

    /** Keeps un-settled messages alive and ends attempts that take too long. */
    void sweep(long keepAliveNanos) {
        long now = System.nanoTime();
        long limit = spec().maxProcessingTime().toNanos();
        // Credit also rises when an aggregate goes into back-off, and nobody tells of that.
        creditMayHaveRisen();
        for (DeliveryTask task : inFlight.snapshot()) {
            if (keepAliveNanos > 0) {
                task.keepAlive(now, keepAliveNanos);
            }
            if (task.attempt.running()
                    && task.attempt.elapsedNanos() > limit
                    && task.attempt.expire(Attempt.End.TOO_LATE)) {
                LOG.warn("{}: {} is handled for longer than {}; interrupted", spec(), task, spec().maxProcessingTime());
            }
        }
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
                lanes.waiting() + share.waiting(),
                lanes.lanes());
    }

    @Override
    public Health.Component health() {
        String name = "subscription " + spec();
        String stopped = stopReason;
        EventBusException error = failure;
        if (stopped != null) {
            return new Health.Component(name, Health.Status.DOWN, stopped);
        }
        if (error != null) {
            return new Health.Component(name, Health.Status.DOWN, String.valueOf(error.getMessage()));
        }
        String problem = burialProblem;
        if (problem == null) {
            problem = overdueHandler();
        }
        return problem == null
                ? new Health.Component(name, Health.Status.UP, "")
                : new Health.Component(name, Health.Status.DEGRADED, problem);
    }

    private @Nullable String overdueHandler() {
        for (DeliveryTask task : inFlight.snapshot()) {
            if (task.attempt.overdue()) {
                return "the handler of " + task + " has run for longer than " + spec().maxProcessingTime()
                        + " and ignores its interrupt; its aggregate waits";
            }
        }
        return null;
    }

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        wakeLanes();
        TransportSubscription current = transport;
        if (current != null) {
            current.demandChanged();
        }
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
        draining = true;
        return new SubscriptionClose(this, timeout);
    }

    // ---- the steps of a close

    @Nullable
    TransportSubscription transport() {
        return transport;
    }

    /**
     * Takes nothing more from the transport and starts nothing more; what is idle is given back.
     *
     * @return the assignments that are left, where handlers may still run
     */
    List<Ownership> stopIntake() {
        leaving = true;
        List<Ownership> owned = List.copyOf(ownerships.values());
        owned.forEach(Ownership::leave);
        giveBackIdle();
        return owned;
    }

    /**
     * Waits until everything received is settled but for what waits for a retry, so that after a clean stop nothing comes again. What is not
     * done by the deadline is given back.
     */
    void drain(long deadline) {
        int own = isOwnHandler() ? 1 : 0;
        synchronized (drained) {
            while (inFlight.count() - lanes.waiting() - share.waiting() > own) {
                long millis = Math.min(DRAIN_LOOK.toMillis(), (deadline - System.nanoTime()) / 1_000_000);
                if (millis <= 0) {
                    return;
                }
                try {
                    drained.wait(millis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    void giveBackIdle() {
        for (DeliveryTask task : inFlight.snapshot()) {
            if (task.ownership().idle(task)) {
                giveBack(task);
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
                        spec(),
                        task);
            }
        }
    }

    /** Waits until no handler runs, but for the one that calls; how many do in the end. */
    int awaitHandlers(List<Ownership> owned, long deadline) {
        DeliveryTask own = handlerThreads.current();
        int running = 0;
        for (Ownership ownership : owned) {
            int mine = own != null && own.ownership() == ownership ? 1 : 0;
            running += awaitIdle(ownership, mine, deadline);
        }
        return running;
    }

    void wakeLanes() {
        lanes.wakeAll();
        share.wakeAll();
    }

    void closeLanes() {
        lanes.close();
        share.close();
    }

    void closed(CloseReport result) {
        report = result;
        closed.countDown();
        onClosed.run();
    }

    private static int awaitIdle(Ownership ownership, int own, long deadline) {
        try {
            return ownership.awaitIdle(own, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ownership.running(own);
        }
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
        DeliveryTask own = handlerThreads.current();
        return own != null && ownerships.containsValue(own.ownership());
    }

    private final class Load implements Credit.Load {
        @Override
        public int count() {
            return inFlight.count();
        }

        @Override
        public long bytes() {
            return inFlight.bytes();
        }

        @Override
        public int aside() {
            return lanes.waiting() + lanes.surplus() + share.waiting();
        }

        @Override
        public long asideBytes() {
            int count = Math.max(1, inFlight.count());
            return lanes.waitingBytes() + lanes.surplusBytes() + inFlight.bytes() / count * share.waiting();
        }
    }
}
