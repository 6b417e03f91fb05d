package io.eventbus.core.pool;

import java.util.ArrayList;
import java.util.List;

/** A crew's client whose work is lanes. */
final class LaneClient extends Client {

    /** How many tasks of a lane run before it goes to the tail of the queue: a hot key must not monopolise a worker. */
    static final int TURN = 16;

    private static final int STRIPE_BITS = 5;
    private static final int GOLDEN = 0x9E3779B9;

    private final Crew crew;
    private final TaskCaller caller;
    private final Intake intake;
    private final LaneStripe[] stripes = new LaneStripe[1 << STRIPE_BITS];
    private volatile boolean closed;
    private volatile boolean cut;

    LaneClient(int maxConcurrency, LaneLimits limits, int laneShare, PoolCore core, Runnable roomFreed) {
        super(maxConcurrency);
        this.crew = core.crew();
        this.caller = core.caller();
        this.intake = new Intake(limits, caller, roomFreed, () -> core.quiet(this));
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new LaneStripe(this, intake, laneShare, core.clock());
        }
    }

    Intake intake() {
        return intake;
    }

    /** Counted first and then checked, while {@link #close} writes first and then counts: what is accepted is seen by who waits for quiet. */
    boolean submit(Object key, long bytes, PooledTask task) {
        // The upper bits choose the stripe, so that the stripe's map has the lower ones to tell its keys apart.
        LaneStripe stripe = stripes[key.hashCode() * GOLDEN >>> (Integer.SIZE - STRIPE_BITS)];
        if (!intake.admit(bytes)) {
            return false;
        }
        if (closed) {
            intake.finished(bytes);
            return false;
        }
        Lane lane = stripe.offer(key, task, bytes);
        if (lane != null) {
            crew.ready(this, lane);
        }
        return true;
    }

    int lanes() {
        int sum = 0;
        for (LaneStripe stripe : stripes) {
            sum += stripe.lanes();
        }
        return sum;
    }

    void wakeAll() {
        List<Lane> woken = new ArrayList<>();
        for (LaneStripe stripe : stripes) {
            stripe.wakeAll(woken);
        }
        for (Lane lane : woken) {
            crew.ready(this, lane);
        }
    }

    @Override
    void close() {
        closed = true;
    }

    @Override
    boolean isClosed() {
        return closed;
    }

    @Override
    boolean isQuiet() {
        return intake.tasks() == 0;
    }

    @Override
    void cutOff() {
        closed = true;
        cut = true;
        List<Lane> owned = new ArrayList<>();
        for (LaneStripe stripe : stripes) {
            stripe.cut(owned);
        }
        for (Work work : crew.drain(this)) {
            owned.add((Lane) work);
        }
        for (Lane lane : owned) {
            rejectAll(lane);
        }
    }

    /** The clock's call. */
    void due(Lane lane) {
        if (lane.stripe.wake(lane, System.nanoTime())) {
            crew.ready(this, lane);
        }
    }

    /** Runs tasks of the lane, which the worker owns until then; whether it has more to run now. */
    boolean run(Lane lane) {
        for (int turn = 0; turn < TURN; turn++) {
            if (cut) {
                rejectAll(lane);
                return false;
            }
            TaskNode node = lane.head();
            TaskResult result = caller.run(node.task);
            if (!result.isDone()) {
                return again(lane, result.delayNanos());
            }
            if (!end(lane, node)) {
                return false;
            }
        }
        lane.stripe.book(lane);
        return true;
    }

    private boolean again(Lane lane, long delayNanos) {
        if (delayNanos == 0) {
            return true;
        }
        if (lane.stripe.pause(lane, System.nanoTime() + delayNanos)) {
            intake.tellRoom();
        } else {
            rejectAll(lane);
        }
        return false;
    }

    /** Counts the lane's head task as ended; false if it was the last, and the lane is gone. */
    private boolean end(Lane lane, TaskNode node) {
        long bytes = node.bytes;
        boolean more = lane.advance(node) || lane.stripe.more(lane);
        intake.finished(bytes);
        return more;
    }

    private void rejectAll(Lane lane) {
        TaskNode node;
        do {
            node = lane.head();
            caller.reject(node.task);
        } while (end(lane, node));
    }
}
