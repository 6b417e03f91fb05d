package io.eventbus.core.pool;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client's count of its accepted work, measured against its limits.
 *
 * <p>Concurrency: every counter is exact by itself; a decision that reads two of them may refuse what would just have fitted, never accept
 * what does not fit. Who was refused, or told that there is no room, is told through the hook once there is: {@link #asked} is set before the
 * refuser looks again and read after the finisher has counted down, so one of the two sees the other.
 */
final class Intake {

    private final TaskCaller caller;
    private final Runnable roomFreed;
    private final Runnable quiet;
    private final AtomicInteger tasks = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger waitingTasks = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicInteger surplusTasks = new AtomicInteger();
    private final AtomicLong surplusBytes = new AtomicLong();
    private volatile LaneLimits limits;
    private volatile boolean asked;

    /**
     * An empty intake.
     *
     * @param roomFreed told that there is room again, after somebody was told that there is none
     * @param quiet told whenever the last task has ended
     */
    Intake(LaneLimits limits, TaskCaller caller, Runnable roomFreed, Runnable quiet) {
        this.limits = limits;
        this.caller = caller;
        this.roomFreed = roomFreed;
        this.quiet = quiet;
    }

    /** Changes the limits; what was accepted stays. {@link #tellRoom} is to follow. */
    void limits(LaneLimits value) {
        limits = value;
    }

    int tasks() {
        return tasks.get();
    }

    long bytes() {
        return bytes.get();
    }

    int waitingTasks() {
        return waitingTasks.get();
    }

    long waitingBytes() {
        return waitingBytes.get();
    }

    int surplusTasks() {
        return surplusTasks.get();
    }

    long surplusBytes() {
        return surplusBytes.get();
    }

    /** Counts, or with negative figures counts no more, tasks beyond their lane's share. They do not change the limits here. */
    void surplus(int count, long weight) {
        surplusTasks.addAndGet(count);
        if (weight != 0) {
            surplusBytes.addAndGet(weight);
        }
    }

    /** Counts a task if there is room for it. */
    boolean admit(long weight) {
        LaneLimits now = limits;
        if (now.tasks() == Integer.MAX_VALUE && now.bytes() == Long.MAX_VALUE) {
            add(weight);
            return true;
        }
        while (!take(now, weight)) {
            asked = true;
            if (!fits(now, weight)) {
                return false;
            }
        }
        return true;
    }

    /** Counts a task whatever the limits are. */
    void add(long weight) {
        tasks.incrementAndGet();
        if (weight != 0) {
            bytes.addAndGet(weight);
        }
    }

    /** A task that was counted has ended. Calls hooks: not to be called under a lock. */
    void finished(long weight) {
        if (weight != 0) {
            bytes.addAndGet(-weight);
        }
        int left = tasks.decrementAndGet();
        if (asked) {
            tellRoom();
        }
        if (left == 0) {
            quiet.run();
        }
    }

    /** Counted tasks go into back-off, or behind one that is. */
    void waits(int count, long weight) {
        waitingTasks.addAndGet(count);
        if (weight != 0) {
            waitingBytes.addAndGet(weight);
        }
    }

    /** Counted tasks come back from back-off. */
    void wakes(int count, long weight) {
        waits(-count, -weight);
    }

    /** How many more tasks are admitted now; 0 also if the bytes are used up. */
    int room() {
        LaneLimits now = limits;
        int room = roomNow(now);
        if (room > 0) {
            return room;
        }
        asked = true;
        return roomNow(now);
    }

    /** Tells the hook if somebody waits for room and there is some. Not to be called under a lock. */
    void tellRoom() {
        if (asked && roomNow(limits) > 0) {
            asked = false;
            caller.tell(roomFreed);
        }
    }

    private int roomNow(LaneLimits now) {
        if (usedBytes(now) >= now.bytes()) {
            return 0;
        }
        return Math.max(0, now.tasks() - usedTasks(now));
    }

    private boolean fits(LaneLimits now, long weight) {
        return usedTasks(now) < now.tasks() && fits(now, usedBytes(now), weight);
    }

    private static boolean fits(LaneLimits now, long used, long weight) {
        return used <= 0 || weight <= now.bytes() - used;
    }

    private boolean take(LaneLimits now, long weight) {
        int count;
        do {
            count = tasks.get();
            if (count - excusedTasks(now) >= now.tasks()) {
                return false;
            }
        } while (!tasks.compareAndSet(count, count + 1));
        if (weight == 0 || takeBytes(now, weight)) {
            return true;
        }
        if (tasks.decrementAndGet() == 0) {
            quiet.run();
        }
        return false;
    }

    private boolean takeBytes(LaneLimits now, long weight) {
        long count;
        do {
            count = bytes.get();
            if (!fits(now, count - excusedBytes(now), weight)) {
                return false;
            }
        } while (!bytes.compareAndSet(count, count + weight));
        return true;
    }

    private int usedTasks(LaneLimits now) {
        return tasks.get() - excusedTasks(now);
    }

    private long usedBytes(LaneLimits now) {
        return bytes.get() - excusedBytes(now);
    }

    private int excusedTasks(LaneLimits now) {
        return Math.min(waitingTasks.get(), now.waitingTasks());
    }

    private long excusedBytes(LaneLimits now) {
        return Math.min(waitingBytes.get(), now.waitingBytes());
    }
}
