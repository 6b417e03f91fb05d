package io.eventbus.core.publish;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A lane per key in which one node at a time is the head; the others wait behind it in the order in which they entered.
 *
 * <p>The map holds only the last node of each lane; a node points to the one behind it. This is the queue of an MCS lock (Mellor-Crummey and
 * Scott, 1991) with one difference: a head that leaves never waits for a follower that has swapped itself in but is not linked yet. It
 * marks its own end instead, and the follower, finding the mark, is the head at once.
 *
 * <p>Concurrency: safe from any thread, no locks of its own. {@link #enter} by one thread before another's happens in that order. Exactly
 * one caller is told of each node that it is the head: the one that entered it or the one that left before it. An entry of the map
 * exists only while its lane has nodes.
 */
final class PublishLanes<N extends PublishLanes.Node> {

    private final ConcurrentHashMap<String, N> tails = new ConcurrentHashMap<>();

    /** Puts a node at the end of the lane of the key; true if it is the head, so that the caller must take it on. */
    boolean enter(String key, N node) {
        N before = tails.put(key, node);
        return before == null || !((Node) before).link(node);
    }

    /** Takes the head out of its lane; the new head, which the caller must take on, or null if there is none yet. */
    @SuppressWarnings("unchecked") // only nodes of type N are linked, by enter
    @Nullable
    N leave(String key, N head) {
        if (tails.remove(key, head)) {
            return null;
        }
        return (N) ((Node) head).unlink();
    }

    /** The number of keys that have a lane now. */
    int size() {
        return tails.size();
    }

    /** A member of at most one lane, once. */
    abstract static class Node {

        private static final VarHandle FOLLOWER;
        private static final Object LEFT = new Object();

        static {
            try {
                FOLLOWER = MethodHandles.lookup().findVarHandle(Node.class, "follower", Object.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        /** Null, then the node behind this one, then {@link #LEFT}; or null, then {@link #LEFT}. */
        @SuppressWarnings("unused") // through FOLLOWER
        private volatile @Nullable Object follower;

        private boolean link(Node next) {
            return FOLLOWER.compareAndSet(this, null, next);
        }

        private @Nullable Object unlink() {
            return FOLLOWER.getAndSet(this, LEFT);
        }
    }
}
