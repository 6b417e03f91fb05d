package io.eventbus.core.pool;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one key, in order. A lane exists while it has tasks.
 *
 * <p>A lane is <em>scheduled</em> (in the crew's queue or at a worker, which then is its owner) or <em>waiting</em> (in back-off, with no
 * owner). Its tasks stand in two chains: the owner takes from {@link #head} without a lock, submitters add to {@link #tail} under the
 * stripe's lock, and when the first is empty the owner exchanges them under that lock. The head task stays in its chain while it runs, so the owner's chain is empty
 * only between {@link #advance} and {@link LaneStripe#more}.
 */
final class Lane extends Work {

    final LaneStripe stripe;

    // The owner's, or guarded by the stripe's lock while the lane waits:
    private @Nullable TaskNode head;
    private @Nullable TaskNode lastDone;
    private int doneTasks;
    private long doneBytes;

    // Guarded by the stripe's lock:
    @Nullable
    Object key;

    boolean waiting;
    long waitsUntil;
    int tasks;
    long bytes;
    private int surplus;
    private long surplusBytes;

    @Nullable
    Lane nextFree;

    private @Nullable TaskNode firstArrived;
    private @Nullable TaskNode tail;
    private @Nullable TaskNode spare;

    Lane(LaneStripe stripe) {
        this.stripe = stripe;
    }

    @Override
    boolean work() {
        return stripe.client().run(this);
    }

    @Override
    void due() {
        stripe.client().due(this);
    }

    /** The first task, which is there as long as the lane is. For the owner. */
    TaskNode head() {
        return Objects.requireNonNull(head, "a lane without a task");
    }

    /** The head task has ended; whether another one follows in the owner's chain. For the owner. */
    boolean advance(TaskNode done) {
        head = done.next;
        doneTasks++;
        doneBytes += done.bytes;
        done.task = TaskNode.NOTHING;
        done.next = null;
        lastDone = done;
        return head != null;
    }

    /** Adds a task at the end. Under the stripe's lock. */
    void append(PooledTask task, long weight) {
        TaskNode node = spare;
        if (node == null) {
            node = new TaskNode();
        } else {
            spare = null;
        }
        node.task = task;
        node.bytes = weight;
        if (tail == null) {
            firstArrived = node;
        } else {
            tail.next = node;
        }
        tail = node;
        tasks++;
        bytes += weight;
    }

    /** Gives the owner, whose chain is empty, what has arrived; whether that is anything. Under the stripe's lock. */
    boolean exchange() {
        head = firstArrived;
        firstArrived = null;
        tail = null;
        return head != null;
    }

    /** Books what the owner has done, and keeps a node of it: a lane of one task needs no new one. Under the stripe's lock. */
    void settle() {
        tasks -= doneTasks;
        bytes -= doneBytes;
        doneTasks = 0;
        doneBytes = 0;
        spare = lastDone;
        lastDone = null;
    }

    /** Tells how many of the tasks are beyond a lane's share; those of a waiting lane are counted as waiting instead. Under the stripe's lock. */
    void countSurplus(int share, Intake intake) {
        int now = waiting ? 0 : Math.max(0, tasks - share);
        if (now == 0 && surplus == 0) {
            return;
        }
        long nowBytes = now == 0 ? 0 : bytes / tasks * now;
        intake.surplus(now - surplus, nowBytes - surplusBytes);
        surplus = now;
        surplusBytes = nowBytes;
    }
}
