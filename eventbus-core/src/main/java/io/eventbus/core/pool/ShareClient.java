package io.eventbus.core.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A crew's client whose work is tasks without order.
 *
 * <p>A task is ready (in the client's queue), running (at a worker) or waiting (in {@link #waiting}); whoever removes it from there, the clock,
 * {@link #wakeAll} or {@link #cutOff}, decides what becomes of it.
 *
 * <p>Concurrency: any thread may call. Order of locks: this one, then the clock's. No task is called under it.
 */
final class ShareClient extends Client {

    private final PoolCore core;
    private final Crew crew;
    private final TaskCaller caller;
    private final Intake intake;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Set<ShareTask> waiting = new HashSet<>();

    private volatile boolean closed;

    /** Written under the lock, so that no task starts to wait afterwards. */
    private volatile boolean cut;

    ShareClient(int maxConcurrency, LaneLimits limits, PoolCore core, Runnable roomFreed) {
        super(maxConcurrency);
        this.core = core;
        this.crew = core.crew();
        this.caller = core.caller();
        this.intake = new Intake(limits, caller, roomFreed, () -> core.quiet(this));
    }

    Intake intake() {
        return intake;
    }

    /**
     * Takes the task, beyond the limits too if {@code always}; false if closed, or full and not {@code always}. Counted first and then checked,
     * while {@link #close} writes first and then counts: what is accepted is seen by who waits for quiet.
     */
    boolean submit(PooledTask task, boolean always) {
        if (always) {
            intake.add(0);
        } else if (!intake.admit(0)) {
            return false;
        }
        if (closed) {
            intake.finished(0);
            return false;
        }
        crew.ready(this, new ShareTask(this, task));
        return true;
    }

    void wakeAll() {
        for (ShareTask work : takeWaiting()) {
            crew.ready(this, work);
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
        synchronized (lock) {
            cut = true;
        }
        List<Work> owned = new ArrayList<>(takeWaiting());
        owned.addAll(crew.drain(this));
        for (Work work : owned) {
            reject((ShareTask) work);
        }
    }

    /** The clock's call. */
    void due(ShareTask work) {
        synchronized (lock) {
            if (System.nanoTime() - work.waitsUntil < 0 || !waiting.remove(work)) {
                return;
            }
            intake.wakes(1, 0);
        }
        crew.ready(this, work);
    }

    /** Runs the task, on a worker; whether it is to run again at once. */
    boolean run(ShareTask work) {
        if (cut) {
            reject(work);
            return false;
        }
        TaskResult result = caller.run(work.task);
        if (result.isDone()) {
            intake.finished(0);
            return false;
        }
        if (result.delayNanos() == 0) {
            return true;
        }
        if (pause(work, System.nanoTime() + result.delayNanos())) {
            intake.tellRoom();
        } else {
            reject(work);
        }
        return false;
    }

    private boolean pause(ShareTask work, long until) {
        synchronized (lock) {
            if (cut) {
                return false;
            }
            work.waitsUntil = until;
            waiting.add(work);
            intake.waits(1, 0);
            core.clock().set(work, until);
            return true;
        }
    }

    private List<ShareTask> takeWaiting() {
        synchronized (lock) {
            List<ShareTask> all = new ArrayList<>(waiting);
            waiting.clear();
            for (ShareTask work : all) {
                core.clock().cancel(work);
                intake.wakes(1, 0);
            }
            return all;
        }
    }

    private void reject(ShareTask work) {
        caller.reject(work.task);
        intake.finished(0);
    }
}
