package io.eventbus.core.pool;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The only place where a pool calls foreign code: what that throws ends the call and nothing else. */
final class TaskCaller {

    private static final Logger LOG = LoggerFactory.getLogger(TaskCaller.class);

    private final String pool;
    private final Consumer<? super Throwable> uncaught;

    TaskCaller(PoolSettings settings) {
        this.pool = settings.name();
        this.uncaught = settings.uncaught();
    }

    /** Runs the task once; one that throws, or returns null, is done. The interrupt flag of an earlier task does not reach it. */
    TaskResult run(PooledTask task) {
        Thread.interrupted();
        try {
            TaskResult result = task.run();
            if (result != null) {
                return result;
            }
            throw new NullPointerException("a task returned null instead of a TaskResult");
        } catch (Throwable thrown) {
            report("a task of pool {} threw; it counts as done", thrown);
            return TaskResult.done();
        }
    }

    void reject(PooledTask task) {
        Thread.interrupted();
        try {
            task.rejected();
        } catch (Throwable thrown) {
            report("a task of pool {} threw while it was rejected", thrown);
        }
    }

    void tell(Runnable hook) {
        try {
            hook.run();
        } catch (Throwable thrown) {
            report("a client's hook of pool {} threw", thrown);
        }
    }

    private void report(String what, Throwable thrown) {
        try {
            LOG.error(what, pool, thrown);
            uncaught.accept(thrown);
        } catch (Throwable secondary) {
            complain(secondary);
        }
    }

    /** The last resort for a hook, or a log, that throws itself: nothing may leave this class. */
    private void complain(Throwable secondary) {
        try {
            LOG.error("the uncaught hook of pool {} threw", pool, secondary);
        } catch (Throwable hopeless) {
            // Neither the hook nor the log works; the worker must live on.
            hopeless.addSuppressed(secondary);
        }
    }
}
