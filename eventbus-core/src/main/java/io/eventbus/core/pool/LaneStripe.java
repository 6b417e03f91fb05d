package io.eventbus.core.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of those keys that share a lock. Sharing it is all they share: the lock is held for a few field writes, and order, back-off and
 * ownership are a lane's own.
 *
 * <p>States of a lane, changed only under this lock:
 * <pre>
 *   absent    --offer--&gt;           scheduled   the caller hands the lane to the crew
 *   scheduled --more() is false--&gt; absent      by the owner, when the last task has ended
 *   scheduled --pause--&gt;           waiting     by the owner, whose head task is to run again later
 *   waiting   --wake, wakeAll--&gt;   scheduled   exactly one of the clock and its callers gets the lane, and hands it to the crew
 *   waiting   --cut--&gt;             scheduled   the closer gets the lane and rejects its tasks
 * </pre>
 *
 * <p>Concurrency: any thread may call. Happens before: what a submitter wrote before {@link #offer} is seen by the run of its task; what one
 * task of a lane wrote is seen by the next one's run. Order of locks: this one, then the clock's. No task is called under it; only
 * {@code equals} and {@code hashCode} of the keys are.
 */
final class LaneStripe {

    private static final int MOST_FREE = 128;
    private static final int LARGE = 1024;

    private final LaneClient client;
    private final Intake intake;
    private final int laneShare;
    private final Alarms alarms;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private Map<Object, Lane> lanes = new HashMap<>();

    /** The most lanes since the map was made; a map that was large is dropped once empty. */
    @GuardedBy("lock")
    private int peak;

    @GuardedBy("lock")
    private @Nullable Lane firstFree;

    @GuardedBy("lock")
    private int free;

    @GuardedBy("lock")
    private boolean cut;

    /** @param laneShare how many tasks of a lane are no surplus */
    LaneStripe(LaneClient client, Intake intake, int laneShare, Alarms alarms) {
        this.client = client;
        this.intake = intake;
        this.laneShare = laneShare;
        this.alarms = alarms;
    }

    LaneClient client() {
        return client;
    }

    /**
     * Adds a task at the end of its key's lane.
     *
     * @return the lane if it is new: the caller must hand it to the crew; null if that has been done before
     */
    @Nullable
    Lane offer(Object key, PooledTask task, long bytes) {
        synchronized (lock) {
            Lane lane = lanes.get(key);
            if (lane != null) {
                lane.append(task, bytes);
                if (lane.waiting) {
                    intake.waits(1, bytes);
                } else {
                    countSurplus(lane);
                }
                return null;
            }
            Lane fresh = open(key);
            fresh.append(task, bytes);
            fresh.exchange();
            return fresh;
        }
    }

    /** Brings the owner what has arrived, when its own chain is empty; if nothing has, the lane ends and false is returned. */
    boolean more(Lane lane) {
        synchronized (lock) {
            lane.settle();
            countSurplus(lane);
            if (lane.exchange()) {
                return true;
            }
            end(lane);
            return false;
        }
    }

    /** Books what the owner of a long lane has done so far. */
    void book(Lane lane) {
        synchronized (lock) {
            lane.settle();
            countSurplus(lane);
        }
    }

    /** Lets the owner's lane wait until the time; false if the pool was cut off, and the owner must reject the tasks. */
    boolean pause(Lane lane, long until) {
        synchronized (lock) {
            if (cut) {
                return false;
            }
            lane.settle();
            lane.waiting = true;
            lane.waitsUntil = until;
            countSurplus(lane);
            intake.waits(lane.tasks, lane.bytes);
            alarms.set(lane, until);
            return true;
        }
    }

    /** Ends the waiting of a lane whose time has come; true if the caller must hand it to the crew. */
    boolean wake(Lane lane, long now) {
        synchronized (lock) {
            if (!lane.waiting || now - lane.waitsUntil < 0) {
                return false;
            }
            schedule(lane);
            return true;
        }
    }

    /** Ends the waiting of all lanes, whatever their time; the caller must hand them to the crew. */
    void wakeAll(List<Lane> woken) {
        synchronized (lock) {
            for (Lane lane : lanes.values()) {
                if (lane.waiting) {
                    alarms.cancel(lane);
                    schedule(lane);
                    woken.add(lane);
                }
            }
        }
    }

    /** Lets no lane wait any more; the caller owns those that did. */
    void cut(List<Lane> woken) {
        synchronized (lock) {
            cut = true;
        }
        wakeAll(woken);
    }

    /** How many keys have tasks. */
    int lanes() {
        synchronized (lock) {
            return lanes.size();
        }
    }

    @GuardedBy("lock")
    private void schedule(Lane lane) {
        lane.waiting = false;
        intake.wakes(lane.tasks, lane.bytes);
        countSurplus(lane);
    }

    @GuardedBy("lock")
    private void countSurplus(Lane lane) {
        lane.countSurplus(laneShare, intake);
    }

    @GuardedBy("lock")
    private Lane open(Object key) {
        Lane lane = firstFree;
        if (lane == null) {
            lane = new Lane(this);
        } else {
            firstFree = lane.nextFree;
            lane.nextFree = null;
            free--;
        }
        lane.key = key;
        lanes.put(key, lane);
        peak = Math.max(peak, lanes.size());
        return lane;
    }

    @GuardedBy("lock")
    private void end(Lane lane) {
        lanes.remove(lane.key);
        lane.key = null;
        if (free < MOST_FREE) {
            free++;
            lane.nextFree = firstFree;
            firstFree = lane;
        }
        if (peak > LARGE && lanes.isEmpty()) {
            lanes = new HashMap<>();
            peak = 0;
        }
    }
}
