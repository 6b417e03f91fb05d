package io.eventbus.memory;

/**
 * A record of what a group has done with the messages of one partition: everything below {@link #frontier} is acknowledged, and for each
 * message from there on it is known how often it was delivered, whether the owner holds it, and whether it is acknowledged out of order.
 * A ring of integers that grows with what is in flight. Guarded by the broker's lock.
 */
final class AckWindow {

    private static final int ACKNOWLEDGED = 1;
    private static final int HELD = 2;
    private static final int DONE = 4;
    private static final int FLAGS = 7;
    private static final int ONE_DELIVERY = 8;

    private int[] states = new int[64];
    private long frontier;
    /** The offset behind the last one that a state is known of. */
    private long end;

    AckWindow(long frontier) {
        this.frontier = frontier;
        this.end = frontier;
    }

    /** The oldest offset that is not acknowledged. */
    long frontier() {
        return frontier;
    }

    /** The offset behind the last one ever delivered. */
    long end() {
        return end;
    }

    /** How many messages are delivered and not acknowledged. */
    int unsettled() {
        int count = 0;
        for (long offset = frontier; offset < end; offset++) {
            int state = states[index(offset)];
            if ((state & ACKNOWLEDGED) == 0 && (state & (HELD | DONE)) != 0) {
                count++;
            }
        }
        return count;
    }

    /** Whether the message is to be delivered: not acknowledged and not with the owner. */
    boolean isOwed(long offset) {
        return offset >= frontier && (offset >= end || (states[index(offset)] & FLAGS) == 0);
    }

    /** Whether the owner said it is done and the broker has not heard of it. */
    boolean isDone(long offset) {
        return offset >= frontier && offset < end && (states[index(offset)] & DONE) != 0;
    }

    /** Notes a delivery to the owner, who holds the message from now on; returns how often it was delivered, this time included. */
    int deliver(long offset) {
        while (offset >= end) {
            extend();
        }
        int i = index(offset);
        states[i] = (states[i] + ONE_DELIVERY) | HELD;
        return states[i] / ONE_DELIVERY;
    }

    /** The owner does not hold the message any more, and it is not done. */
    void drop(long offset) {
        if (offset >= frontier && offset < end) {
            states[index(offset)] &= ~HELD;
        }
    }

    /** The owner is done with the message; the broker has yet to hear of it. */
    void done(long offset) {
        if (offset >= frontier && offset < end) {
            states[index(offset)] = (states[index(offset)] & ~HELD) | DONE;
        }
    }

    /** The broker knows that the message is done; the frontier moves over all that are. */
    void acknowledge(long offset) {
        if (offset < frontier || offset >= end) {
            return;
        }
        states[index(offset)] |= ACKNOWLEDGED;
        while (frontier < end && (states[index(frontier)] & ACKNOWLEDGED) != 0) {
            frontier++;
        }
    }

    /** What the owner held or was done with is owed to the next one, unless it is acknowledged. */
    void forgetOwner() {
        for (long offset = frontier; offset < end; offset++) {
            states[index(offset)] &= ~(HELD | DONE);
        }
    }

    private void extend() {
        if (end - frontier == states.length) {
            int[] larger = new int[2 * states.length];
            for (long offset = frontier; offset < end; offset++) {
                larger[(int) (offset & (larger.length - 1))] = states[index(offset)];
            }
            states = larger;
        }
        states[index(end)] = 0;
        end++;
    }

    private int index(long offset) {
        return (int) (offset & (states.length - 1));
    }
}
