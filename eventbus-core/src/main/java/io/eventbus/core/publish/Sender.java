package io.eventbus.core.publish;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver of messages through their phases ({@link SendOp}): one at a time per lane, re-sent with the same content after a back-off while
 * failures are retriable and time is left.
 *
 * <p>Concurrency: all methods may be called from any thread; which one drives a message is decided by its phase. No lock is held while the
 * transport is called or an owner is told. A lane is driven in a loop by whoever ended its head.
 */
final class Sender {

    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

    private final Transport transport;
    private final ScheduledExecutorService timer;
    private final Executor opener;
    private final LongSupplier clock;
    private final Backoff backoff;
    private final long openNanos;
    private final long graceNanos;
    private final OutstandingOps outstanding = new OutstandingOps();
    private final AtomicBoolean strayLogged = new AtomicBoolean();
    private volatile boolean stopped;

    /**
     * @param opener opens topics for messages that cannot wait for it on the calling thread
     * @param openNanos the longest an opening may take
     * @param graceNanos how long a lane waits for the answer to a send whose deadline has passed
     */
    Sender(
            Transport transport,
            ScheduledExecutorService timer,
            Executor opener,
            LongSupplier clock,
            Backoff backoff,
            long openNanos,
            long graceNanos) {
        this.transport = transport;
        this.timer = timer;
        this.opener = opener;
        this.clock = clock;
        this.backoff = backoff;
        this.openNanos = openNanos;
        this.graceNanos = graceNanos;
    }

    OutstandingOps outstanding() {
        return outstanding;
    }

    /** Sends a message, now if its lane is free, else when its turn comes. */
    void send(SendOp op) {
        if (op.enterLane()) {
            drive(op);
        }
    }

    /**
     * Tells everything outstanding that it was given up; nothing is sent or awaited any more.
     *
     * @return those that were told so by this call
     */
    List<SendOp> abandonAll(EventBusException reason) {
        stopped = true;
        List<SendOp> abandoned = new ArrayList<>();
        for (SendOp op : outstanding.all()) {
            if (op.tellFailed(reason)) {
                abandoned.add(op);
            }
        }
        abandoned.forEach(this::goOnWithLaneOf);
        return abandoned;
    }

    /** Tells that the deadline has passed, unless an outcome was told before. */
    void expire(SendOp op) {
        if (!op.tellFailed(timeout(op))) {
            return;
        }
        op.lingerInLane();
        goOnWithLaneOf(op);
        awaitAnswerForAWhile(op);
    }

    void acknowledged(SendOp op, int send, Position position, boolean duplicate) {
        if (!op.claim(send)) {
            stray(op);
            return;
        }
        op.tellAcknowledged(position, duplicate);
        settle(op, send, true);
    }

    void failed(SendOp op, int send, EventBusException error) {
        if (!op.claim(send)) {
            stray(op);
            return;
        }
        if (error instanceof PublishException failure && failure.reason() == PublishException.Reason.TOPIC_MISSING) {
            op.topic.gate().shut();
        }
        settle(op, send, !willResend(op, error));
    }

    private boolean willResend(SendOp op, EventBusException error) {
        op.noteFailure(error);
        if (error.retriable() && op.resends() && !op.isTold() && !stopped && nanosLeft(op) > 0) {
            return true;
        }
        op.tellFailed(error);
        return false;
    }

    private void settle(SendOp op, int send, boolean over) {
        if (op.settledBeforeReturn(send, over)) {
            return;
        }
        if (over) {
            drive(next(op));
        } else {
            pause(op);
        }
    }

    private void drive(@Nullable SendOp head) {
        SendOp op = head;
        while (op != null) {
            op = sendNow(op) ? next(op) : null;
        }
    }

    private @Nullable SendOp next(SendOp op) {
        op.end();
        return op.leaveLane();
    }

    /** Sends the head of a lane; whether it is over already. */
    private boolean sendNow(SendOp op) {
        if (op.isTold()) {
            return true;
        }
        if (nanosLeft(op) <= 0) {
            op.tellFailed(timeout(op));
            return true;
        }
        if (op.opensTopic() && !op.topic.gate().isOpen()) {
            op.topic.gate().open(Math.min(openNanos, nanosLeft(op)), opener, error -> opened(op, error));
            return false;
        }
        int send = op.begin();
        call(op, send);
        if (op.returnedBeforeSettled(send)) {
            if (op.isTold()) {
                awaitAnswerForAWhile(op);
            }
            return false;
        }
        if (op.isEnded()) {
            return true;
        }
        pause(op);
        return false;
    }

    private void call(SendOp op, int send) {
        SendCallback callback = send == 1 ? op : new Resend(this, op, send);
        try {
            transport.send(op.message, callback);
        } catch (EventBusException e) {
            callback.failed(e);
        } catch (Throwable e) { // the adapter's fault; the owner must be told and the lane go on all the same
            callback.failed(new PublishException(
                    PublishException.Reason.REJECTED,
                    "the " + transport.name() + " adapter failed to send " + describe(op) + ": " + e,
                    e));
        }
    }

    private void opened(SendOp op, @Nullable EventBusException error) {
        if (error == null || !willResend(op, error)) {
            drive(op);
        } else {
            pause(op);
        }
    }

    private void pause(SendOp op) {
        long nanos = Math.min(backoff.nanosAfter(op.failures()), Math.max(0, nanosLeft(op)));
        op.toBackoff();
        schedule(() -> resume(op), nanos, op);
    }

    private void resume(SendOp op) {
        if (op.resume()) {
            drive(op);
        }
    }

    /** A message that was told while it paused: its lane goes on at once. */
    private void goOnWithLaneOf(SendOp op) {
        if (op.endBackoff()) {
            drive(next(op));
        }
    }

    /** A message that was told while a send is unanswered: what follows waits for the answer, though not for ever. */
    private void awaitAnswerForAWhile(SendOp op) {
        int send = op.unanswered();
        if (send > 0 && op.inLane() && !stopped) {
            schedule(() -> giveUp(op, send), graceNanos, null);
        }
    }

    private void giveUp(SendOp op, int send) {
        if (op.giveUp(send)) {
            LOG.warn(
                    "{} has not answered a send of {}; its key goes on without the answer",
                    transport.name(),
                    describe(op));
            drive(next(op));
        }
    }

    private void schedule(Runnable task, long nanos, @Nullable SendOp pausing) {
        try {
            Future<?> unused = timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) { // the timer has been shut down: nothing is re-sent any more
            if (pausing != null) {
                EventBusException last = pausing.lastError();
                pausing.tellFailed(last == null ? timeout(pausing) : last);
                goOnWithLaneOf(pausing);
            }
        }
    }

    private long nanosLeft(SendOp op) {
        return op.message.deadlineNanos() - clock.getAsLong();
    }

    private static PublishException timeout(SendOp op) {
        EventBusException last = op.lastError();
        int sends = op.sends();
        return new PublishException(
                PublishException.Reason.TIMEOUT,
                "no acknowledgement of " + describe(op) + " before its deadline, after " + sends
                        + (sends == 1 ? " send" : " sends")
                        + (last == null ? "" : "; the last one failed: " + last.getMessage())
                        + (sends == 0 ? "" : "; it may be stored all the same")
                        + "; publishing it again with the same id is safe",
                last);
    }

    private void stray(SendOp op) {
        if (strayLogged.compareAndSet(false, true)) {
            LOG.warn(
                    "The {} adapter reported more than one outcome, or one too late, for a send of {}; ignored, and not logged again",
                    transport.name(),
                    describe(op));
        }
    }

    private static String describe(SendOp op) {
        OutboundMessage message = op.message;
        return "event " + message.messageId() + (message.key() == null ? "" : " of aggregate " + message.key())
                + " to topic " + message.topic();
    }

    /** The callback of a send after the first. */
    private record Resend(Sender sender, SendOp op, int send) implements SendCallback {

        @Override
        public void acknowledged(Position position, boolean duplicate) {
            sender.acknowledged(op, send, position, duplicate);
        }

        @Override
        public void failed(EventBusException error) {
            sender.failed(op, send, error);
        }
    }
}
