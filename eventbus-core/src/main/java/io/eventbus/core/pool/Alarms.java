package io.eventbus.core.pool;

/** A clock that calls {@link Work#due} of a work once its time has come. */
interface Alarms {

    /** Sets the work's time, by {@link System#nanoTime}; an earlier one is replaced. */
    void set(Work work, long dueAt);

    /** Forgets the work, unless its call is on the way already. */
    void cancel(Work work);
}
