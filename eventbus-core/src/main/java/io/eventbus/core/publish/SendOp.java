package io.eventbus.core.publish;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Position;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way to the broker: it is the transport's callback for the first send, the member of its key's lane, and what is
 * registered as outstanding.
 *
 * <p>Two things happen to it independently of each other.
 *
 * <p><b>Its owner is told</b> the outcome, once: {@code OPEN → (PLACED →) TOLD (→ LINGERING → TOLD)}. Whoever makes the last step tells: an acknowledgement, a final
 * failure, the deadline, the close. It frees its place in the window first, and takes the message out of the outstanding ones last, when the
 * outcome is on its way to the callback: so a close that finds nothing outstanding finds every callback queued. One whose deadline passed while
 * its lane keeps it is counted as lingering, since what deadlines free of the window would else pile up behind one unanswered send.
 *
 * <p><b>Its sends</b> go through phases; the phase and the number of the send are one number, so that an outcome of an earlier send changes nothing:
 * <pre>
 * WAITING ──send──▶ SENDING ──returned──▶ SENT
 *    ▲                 │ outcome            │ outcome       (grace over, where nobody answers: SENT ──▶ OVER)
 *    │                 ▼                    ▼
 *    │              CLAIMED ──returned──▶ RETURNED
 *    │                 │ settled            │ settled
 *    │                 ▼                    ▼
 *    │         ENDED or AGAIN          OVER or BACKOFF      (told meanwhile: BACKOFF ──▶ OVER)
 *    │                 │ returned           │
 *    │                 ▼                    │ timer
 *    │         OVER or BACKOFF              │
 *    └───────────────────┴──────────────────┘
 * </pre>
 * An outcome may come before {@code send} returns. Then whoever called {@code send} goes on when it has returned, not whoever brought the outcome: so
 * a transport that acknowledges at once makes a loop of a long lane and no recursion. Whoever makes the step to OVER takes the message out of its
 * lane and goes on with the next. A message that was told while it waits is skipped when its turn comes; one that was told while a
 * send is unanswered keeps its lane until the answer, or until a grace is over: what follows must not be stored before it.
 *
 * <p>Concurrency: both states are atomic; there is no lock. {@code failures} and {@code sends} belong to whoever drives the phase; each
 * hand-over is a step of the phase. A tell reads them for its text only.
 */
abstract class SendOp extends PublishLanes.Node implements SendCallback {

    private static final int WAITING = 0;
    private static final int SENDING = 1;
    private static final int SENT = 2;
    private static final int CLAIMED = 3;
    private static final int RETURNED = 4;
    private static final int ENDED = 5;
    private static final int AGAIN = 6;
    private static final int BACKOFF = 7;
    private static final int OVER = 8;
    private static final int PHASE_BITS = 4;

    private static final int OPEN = 0;
    private static final int PLACED = 1;
    private static final int TOLD = 2;
    private static final int LINGERING = 3;

    private static final VarHandle STATE;
    private static final VarHandle OUTCOME;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(SendOp.class, "state", int.class);
            OUTCOME = lookup.findVarHandle(SendOp.class, "outcome", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final OutboundMessage message;
    final PublishTopic topic;
    private final Sender sender;
    private final @Nullable String laneKey;

    /** Links of {@link OutstandingOps}, guarded by it. */
    @Nullable
    SendOp earlier;

    @Nullable
    SendOp later;

    boolean registered;

    private volatile int state = WAITING;
    private volatile int outcome = OPEN;
    private int sends;
    private int failures;
    private volatile @Nullable EventBusException lastError;

    SendOp(Sender sender, PublishTopic topic, OutboundMessage message, boolean ordered) {
        this.sender = sender;
        this.topic = topic;
        this.message = message;
        this.laneKey = ordered ? message.key() : null;
    }

    // What the owner is told

    /** Tells the owner, outside all locks. Called once, or {@link #onFailed} is. */
    abstract void onAcknowledged(Position position, boolean duplicate);

    /** Tells the owner, outside all locks. Called once, or {@link #onAcknowledged} is. */
    abstract void onFailed(EventBusException error);

    /** Lets go of what was held for the time without an outcome, before the owner is told. */
    abstract void release(boolean placed);

    /** The owner was told, but the message cannot leave its lane yet, and takes memory. */
    abstract void lingers();

    /** Ends {@link #lingers()}. */
    abstract void lingersNoMore();

    /** Whether a send that failed with a retriable error is repeated. */
    abstract boolean resends();

    /** Whether an unopened topic is opened when the message's turn comes. */
    abstract boolean opensTopic();

    /** Notes that the message has a place in the window; false if the owner was told meanwhile. */
    final boolean place() {
        return OUTCOME.compareAndSet(this, OPEN, PLACED);
    }

    final boolean isTold() {
        return outcome >= TOLD;
    }

    final boolean tellAcknowledged(Position position, boolean duplicate) {
        if (!claimOutcome()) {
            return false;
        }
        onAcknowledged(position, duplicate);
        sender.outstanding().remove(this);
        return true;
    }

    final boolean tellFailed(EventBusException error) {
        if (!claimOutcome()) {
            return false;
        }
        onFailed(error);
        sender.outstanding().remove(this);
        return true;
    }

    private boolean claimOutcome() {
        int before;
        do {
            before = outcome;
            if (before >= TOLD) {
                return false;
            }
        } while (!OUTCOME.compareAndSet(this, before, TOLD));
        release(before == PLACED);
        return true;
    }

    /**
     * Counts a message that was told for as long as its lane keeps it. Whoever ends it writes the phase and then looks whether it is counted;
     * here it is counted first and then the phase is read: at least one of the two sees the other, and one of them counts it off.
     */
    final void lingerInLane() {
        if (laneKey == null || phase(state) == OVER) {
            return;
        }
        lingers();
        if (!OUTCOME.compareAndSet(this, TOLD, LINGERING)) {
            lingersNoMore();
        } else if (phase(state) == OVER) {
            endLingering();
        }
    }

    private void endLingering() {
        if (outcome == LINGERING && OUTCOME.compareAndSet(this, LINGERING, TOLD)) {
            lingersNoMore();
        }
    }

    // The lane

    final boolean inLane() {
        return laneKey != null;
    }

    /** Whether it may be sent now; otherwise whoever ends the one before takes it on. */
    final boolean enterLane() {
        return laneKey == null || topic.lanes().enter(laneKey, this);
    }

    /** Leaves the lane; the next one of it, to be taken on by the caller. */
    final @Nullable SendOp leaveLane() {
        if (laneKey == null) {
            return null;
        }
        endLingering();
        return topic.lanes().leave(laneKey, this);
    }

    // The phases

    /** WAITING → SENDING; the number of the send. */
    final int begin() {
        sends++;
        state = state(sends, SENDING);
        return sends;
    }

    /** The current send's outcome is there: true for the first to say so. */
    final boolean claim(int send) {
        return STATE.compareAndSet(this, state(send, SENDING), state(send, CLAIMED))
                || STATE.compareAndSet(this, state(send, SENT), state(send, RETURNED));
    }

    /** The outcome is dealt with; true if whoever called send has not returned and will go on, false if the caller must. */
    final boolean settledBeforeReturn(int send, boolean over) {
        return STATE.compareAndSet(this, state(send, CLAIMED), state(send, over ? ENDED : AGAIN));
    }

    /** The transport's send has returned; true if whoever brings the outcome goes on, false if the caller must. */
    final boolean returnedBeforeSettled(int send) {
        return STATE.compareAndSet(this, state(send, SENDING), state(send, SENT))
                || STATE.compareAndSet(this, state(send, CLAIMED), state(send, RETURNED));
    }

    /** After both have happened in this order: whether the message is over and not to be sent again. */
    final boolean isEnded() {
        return phase(state) == ENDED;
    }

    /** The step into BACKOFF, by whoever goes on. */
    final void toBackoff() {
        state = state(sends, BACKOFF);
    }

    /** BACKOFF → WAITING; false if it was cut short. */
    final boolean resume() {
        int before = state;
        return phase(before) == BACKOFF && STATE.compareAndSet(this, before, state(before >>> PHASE_BITS, WAITING));
    }

    /** BACKOFF → OVER; true if the caller must go on with the lane. */
    final boolean endBackoff() {
        int before = state;
        return phase(before) == BACKOFF && STATE.compareAndSet(this, before, OVER);
    }

    /** The number of the send that is unanswered, after it has returned; 0 if there is none. */
    final int unanswered() {
        int now = state;
        return phase(now) == SENT ? now >>> PHASE_BITS : 0;
    }

    /** SENT → OVER without an answer; true if the caller must go on with the lane. */
    final boolean giveUp(int send) {
        return STATE.compareAndSet(this, state(send, SENT), OVER);
    }

    /** The step into OVER, by whoever goes on. */
    final void end() {
        state = OVER;
    }

    final void noteFailure(EventBusException error) {
        failures++;
        lastError = error;
    }

    final int failures() {
        return failures;
    }

    final int sends() {
        return sends;
    }

    final @Nullable EventBusException lastError() {
        return lastError;
    }

    // The transport's answer to the first send

    @Override
    public final void acknowledged(Position position, boolean duplicate) {
        sender.acknowledged(this, 1, position, duplicate);
    }

    @Override
    public final void failed(EventBusException error) {
        sender.failed(this, 1, error);
    }

    private static int state(int send, int phase) {
        return send << PHASE_BITS | phase;
    }

    private static int phase(int state) {
        return state & (1 << PHASE_BITS) - 1;
    }
}
