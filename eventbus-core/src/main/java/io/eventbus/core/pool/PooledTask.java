package io.eventbus.core.pool;

/** A unit of work that a pool runs on one of its workers. */
public interface PooledTask {

    /**
     * Does the work. Called on a worker, with the interrupt flag clear and no lock held, and never twice at the same time. May submit further
     * tasks to the same pool and may close it.
     *
     * @return {@link TaskResult#done()}, or {@link TaskResult#again} to be run once more later. What is thrown counts as done: it is logged
     *     once and handed to the pool's uncaught hook.
     */
    TaskResult run();

    /**
     * Called instead of a (further) run when the pool was cut off before the task's end: at most once, on any thread, with no lock held. An
     * accepted task always ends in exactly one of a last {@link #run} and this.
     */
    default void rejected() {}
}
