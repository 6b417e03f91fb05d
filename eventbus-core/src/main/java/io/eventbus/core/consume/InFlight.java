package io.eventbus.core.consume;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of the messages that a subscription has received and not settled, in the order of receipt, with their number and size.
 *
 * <p>Concurrency: one lock guards the links and the sums; it is a leaf lock, nothing is called while it is held. A task is linked at most
 * once, and {@link #remove} tells exactly one caller that it took the task out: that caller settles it.
 */
final class InFlight {

    private final Object lock = new Object();

    @GuardedBy("lock")
    private @Nullable DeliveryTask head;

    @GuardedBy("lock")
    private @Nullable DeliveryTask tail;

    private volatile int count;
    private volatile long bytes;

    void add(DeliveryTask task) {
        synchronized (lock) {
            task.previous = tail;
            if (tail == null) {
                head = task;
            } else {
                tail.next = task;
            }
            tail = task;
            task.linked = true;
            count = count + 1;
            bytes = bytes + task.size();
        }
    }

    /** Takes the task out; false if it was out already. */
    boolean remove(DeliveryTask task) {
        synchronized (lock) {
            if (!task.linked) {
                return false;
            }
            task.linked = false;
            DeliveryTask before = task.previous;
            DeliveryTask after = task.next;
            if (before == null) {
                head = after;
            } else {
                before.next = after;
            }
            if (after == null) {
                tail = before;
            } else {
                after.previous = before;
            }
            task.previous = null;
            task.next = null;
            count = count - 1;
            bytes = bytes - task.size();
            return true;
        }
    }

    int count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    /** All tasks at this moment, oldest first. */
    List<DeliveryTask> snapshot() {
        synchronized (lock) {
            List<DeliveryTask> tasks = new ArrayList<>(count);
            for (DeliveryTask task = head; task != null; task = task.next) {
                tasks.add(task);
            }
            return tasks;
        }
    }
}
