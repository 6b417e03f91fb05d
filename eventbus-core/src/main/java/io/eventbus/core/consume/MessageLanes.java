package io.eventbus.core.consume;

import io.eventbus.api.Ordering;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.core.pool.GlobalShare;
import io.eventbus.core.pool.KeyedLanes;
import java.util.List;

/**
 * The lanes of a subscription, in which each message waits for its turn: behind those of its aggregate, behind all, or behind none but an
 * earlier delivery of itself that is still being handled.
 *
 * <p>Concurrency: immutable but for {@link Strays}; messages are put in by the transport's thread, those that waited for a stray by workers.
 */
final class MessageLanes {

    /** The lane of all messages of a subscription that handles one at a time. */
    private static final Object ONLY_LANE = new Object();

    private final Handling handling;
    private final KeyedLanes lanes;
    private final GlobalShare share;
    private final Strays strays = new Strays();

    MessageLanes(Handling handling, KeyedLanes lanes, GlobalShare share) {
        this.handling = handling;
        this.lanes = lanes;
        this.share = share;
    }

    SubscriptionSpec spec() {
        return handling.spec();
    }

    /** Puts a message into its lane; false if the pool is closed. */
    boolean enqueue(DeliveryTask task) {
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

    /** Puts a message without a key into a lane; false if the pool is closed. */
    boolean enqueueUnkeyed(DeliveryTask task) {
        // A limit of its own can only be kept in one pool, so there each unkeyed message has a lane to itself.
        return spec().concurrency() > 0 ? lanes.submit(task, task.size(), task) : share.submit(task);
    }

    /** The message is not ours any more and may still be worked on: its next delivery waits for that. */
    void stray(DeliveryTask task) {
        strays.add(task.message().position());
    }

    /** No work on the message is under way any more; the deliveries that waited for that. */
    List<DeliveryTask> strayEnded(DeliveryTask task) {
        return strays.end(task.message().position());
    }

    /** How many messages wait for a retry. */
    int waiting() {
        return lanes.waiting() + share.waiting();
    }

    /** How many lanes of one key or message there are. */
    int count() {
        return lanes.lanes();
    }

    void wakeAll() {
        lanes.wakeAll();
        share.wakeAll();
    }

    void close() {
        lanes.close();
        share.close();
    }
}
