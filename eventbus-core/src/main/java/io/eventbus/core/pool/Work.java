package io.eventbus.core.pool;

/**
 * A unit that a crew's worker takes up: a lane, or a task without order. It is its own entry in the clock's heap, so that waiting costs
 * no object.
 */
abstract class Work {

    /** When the clock is to call {@link #due}, by {@link System#nanoTime}; belongs to the heap it is in. */
    long dueAt;

    /** The place in the heap, -1 if in none; belongs to the heap. */
    int place = -1;

    /**
     * Does a piece of the work; on a worker, with no lock held.
     *
     * @return whether there is more to do now, for which the work goes to the tail of its client's queue
     */
    abstract boolean work();

    /** The time the clock was set to has come. On the clock's thread, with no lock held; may come late after a reset, never lost. */
    abstract void due();
}
