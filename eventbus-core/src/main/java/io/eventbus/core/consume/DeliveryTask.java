package io.eventbus.core.consume;

import io.eventbus.api.DecodingException;
import io.eventbus.api.Delivery;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventBusException;
import io.eventbus.api.ExhaustedPolicy;
import io.eventbus.api.Outcome;
import io.eventbus.api.Position;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.core.pool.PooledTask;
import io.eventbus.core.pool.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way from receipt to settlement. It is the task in its aggregate's lane, and stays at the head of the lane through all its
 * attempts, so that nothing of the aggregate overtakes it.
 *
 * <pre>
 *   HANDLE ── ack ──────────────────────────► settled
 *     │  └─ failed, attempts left ─► HANDLE (after the back-off)
 *     └──── failed, none left ─► BURY ── stored ─► settled
 *                                 └──── not stored ─► BURY (after a back-off)
 *   any ── assignment gone ─► dropped          HANDLE, closing ─► given back
 * </pre>
 *
 * <p>Concurrency: a task is run by one worker at a time, and the pool orders one run before the next; the fields without a mark belong to
 * the running worker. The links belong to {@link InFlight}. {@link #burial} is written by the transport's thread. {@link #attempt} is asked
 * by the sweeper.
 */
final class DeliveryTask implements PooledTask, SendCallback {

    /** How soon a worker looks again for the acknowledgement of a dead letter. */
    private static final Duration BURIAL_POLL = Duration.ofMillis(5);

    private static final int BURIAL_POLL_DOUBLINGS = 5;

    private static final Duration BURIAL_BACKOFF_MAX = Duration.ofSeconds(30);

    /** A resume wakes the lanes; this only bounds the wait. */
    private static final Duration UNTIL_WOKEN = Duration.ofSeconds(1);

    /** What an attempt that failed inside the engine waits for before the next. */
    private static final Duration AFTER_STUMBLE = Duration.ofSeconds(1);

    private enum Phase {
        HANDLE,
        BURY
    }

    private enum Burial {
        NONE,
        SENT,
        STORED,
        FAILED
    }

    // Links of InFlight, guarded by its lock.
    @Nullable
    DeliveryTask previous;

    @Nullable
    DeliveryTask next;

    boolean linked;

    /** How many pieces of work on this message are under way; guarded by the monitor of {@link #ownership}. */
    int holds;

    final Attempt attempt = new Attempt();
    private final EngineSubscription subscription;
    private final Ownership ownership;
    private final InboundMessage message;
    private final int size;
    private final Instant receivedAt;
    private volatile long lastKeptAlive = System.nanoTime();

    private Phase phase = Phase.HANDLE;
    private int attempts;
    private long notBefore;
    private @Nullable Failure failure;
    private @Nullable Instant firstFailedAt;
    private int burials;
    private int burialPolls;
    private volatile Burial burial = Burial.NONE;
    private volatile @Nullable EventBusException burialError;

    DeliveryTask(EngineSubscription subscription, Ownership ownership, InboundMessage message, Instant receivedAt) {
        this.subscription = subscription;
        this.ownership = ownership;
        this.message = message;
        this.receivedAt = receivedAt;
        byte[] body = message.body();
        this.size = (body == null ? 0 : body.length) + message.headers().length();
    }

    int size() {
        return size;
    }

    InboundMessage message() {
        return message;
    }

    Ownership ownership() {
        return ownership;
    }

    @Override
    public TaskResult run() {
        try {
            return phase == Phase.BURY ? bury() : handle();
        } catch (Throwable e) {
            // Never out of here: the lane would take the message for done and go on behind it.
            subscription.stumbled(this, e);
            return TaskResult.again(AFTER_STUMBLE);
        }
    }

    /** The pool was closed under the task: the message stays with the broker. */
    @Override
    public void rejected() {
        subscription.giveBack(this);
    }

    /** Tells the broker that the message is still being worked on, if it is time to. */
    void keepAlive(long nowNanos, long everyNanos) {
        if (nowNanos - lastKeptAlive >= everyNanos && !attempt.overdue()) {
            lastKeptAlive = nowNanos;
            message.keepAlive();
        }
    }

    private TaskResult handle() {
        if (!ownership.enter(this)) {
            return withdrawn();
        }
        try {
            long wait = notBefore - System.nanoTime();
            if (attempts > 0 && wait > 0) {
                return TaskResult.again(Duration.ofNanos(wait));
            }
            if (subscription.paused()) {
                return TaskResult.again(UNTIL_WOKEN);
            }
            return attemptOnce();
        } finally {
            exit();
        }
    }

    private TaskResult attemptOnce() {
        Envelope envelope;
        try {
            envelope = subscription.handling().decode(message);
        } catch (DecodingException e) {
            attempts++;
            return exhausted(new Failure("it cannot be decoded", e));
        } catch (RuntimeException | Error e) {
            attempts++;
            return failed(new Failure("decoding it failed", e), null);
        }
        attempts++;
        Delivery delivery = new Delivery(
                envelope,
                message.topic(),
                message.position(),
                attempts,
                Math.max(1, message.deliveries()),
                receivedAt,
                subscription.handling().codec().deadLetterOf(message));
        Outcome outcome = Outcome.retry();
        Throwable thrown = null;
        attempt.begin();
        DeliveryTask outer = subscription.enterHandler(this);
        Delivery outerDelivery = CurrentDelivery.enter(delivery);
        try {
            outcome = subscription.handling().handler().handle(delivery);
        } catch (Throwable e) {
            thrown = e;
        }
        CurrentDelivery.leave(outerDelivery);
        subscription.leaveHandler(outer);
        return switch (attempt.end()) {
            case CUT_OFF -> withdrawn();
            case TOO_LATE ->
                failed(new Failure("it took longer than " + subscription.spec().maxProcessingTime(), thrown), null);
            case COUNTS -> concluded(outcome, thrown);
        };
    }

    @SuppressWarnings("NullAway") // a handler written elsewhere may return null whatever its signature says
    private TaskResult concluded(Outcome outcome, @Nullable Throwable thrown) {
        if (thrown != null) {
            Failure failed = new Failure("its handler threw", thrown);
            return subscription.handling().isTerminal(thrown) ? exhausted(failed) : failed(failed, null);
        }
        if (outcome instanceof Outcome.Ack) {
            subscription.settle(this);
            return TaskResult.done();
        }
        if (outcome instanceof Outcome.Retry retry) {
            return failed(new Failure("its handler asked for a retry", null), retry.after());
        }
        if (outcome instanceof Outcome.DeadLetter dead) {
            return exhausted(new Failure(dead.reason(), null));
        }
        return failed(new Failure("its handler returned null instead of an outcome", null), null);
    }

    private TaskResult failed(Failure failed, @Nullable Duration after) {
        int max = subscription.spec().retryPolicy().maxAttempts();
        if (max > 0 && attempts >= max) {
            return exhausted(failed);
        }
        remember(failed);
        if (subscription.leaving()) {
            return withdrawn();
        }
        Duration delay = after != null
                ? after
                : subscription
                        .spec()
                        .retryPolicy()
                        .backoffAfter(attempts, ThreadLocalRandom.current().nextDouble());
        subscription.retrying(this, failed, delay);
        notBefore = System.nanoTime() + delay.toNanos();
        return TaskResult.again(delay);
    }

    private TaskResult exhausted(Failure failed) {
        remember(failed);
        if (subscription.spec().onExhausted() == ExhaustedPolicy.STOP) {
            subscription.stopAt(this, failed);
            return withdrawn();
        }
        phase = Phase.BURY;
        return bury();
    }

    private void remember(Failure failed) {
        failure = failed;
        if (firstFailedAt == null) {
            firstFailedAt = Instant.now();
        }
    }

    private TaskResult bury() {
        return switch (burial) {
            case NONE -> startBurial();
            case SENT -> ownership.mayAck() ? TaskResult.again(nextPoll()) : withdrawnFromBurial();
            case STORED -> {
                subscription.buried(this, describe());
                exit();
                yield TaskResult.done();
            }
            case FAILED -> burialFailed();
        };
    }

    /** Sends the dead letter; it counts as running until its outcome is known, so that neither a close nor a revocation forgets it. */
    private TaskResult startBurial() {
        if (!ownership.enter(this)) {
            return withdrawn();
        }
        burial = Burial.SENT;
        burialPolls = 0;
        subscription.deadLetters().send(message, describe(), this);
        return TaskResult.again(BURIAL_POLL);
    }

    private Duration nextPoll() {
        return BURIAL_POLL.multipliedBy(1L << Math.min(burialPolls++, BURIAL_POLL_DOUBLINGS));
    }

    private TaskResult burialFailed() {
        burials++;
        burial = Burial.NONE;
        subscription.notBuried(this, burialError);
        exit();
        long millis = Math.min(BURIAL_BACKOFF_MAX.toMillis(), 100L << Math.min(burials, 10));
        return TaskResult.again(Duration.ofMillis(millis));
    }

    private TaskResult withdrawnFromBurial() {
        exit();
        return withdrawn();
    }

    @Override
    public void acknowledged(Position position, boolean duplicate) {
        burial = Burial.STORED;
    }

    @Override
    public void failed(EventBusException error) {
        burialError = error;
        burial = Burial.FAILED;
    }

    private void exit() {
        ownership.exit(this);
        subscription.strayEnded(this);
    }

    private TaskResult withdrawn() {
        subscription.giveBack(this);
        return TaskResult.done();
    }

    private DeadLetters.Story describe() {
        Failure last = failure == null ? new Failure("unknown", null) : failure;
        Instant first = firstFailedAt == null ? Instant.now() : firstFailedAt;
        return new DeadLetters.Story(attempts, first, last);
    }

    @Override
    public String toString() {
        return message.topic() + " " + message.position();
    }

    /**
     * Why an attempt failed.
     *
     * @param reason in words
     * @param thrown what was thrown, or null
     */
    record Failure(String reason, @Nullable Throwable thrown) {}
}
