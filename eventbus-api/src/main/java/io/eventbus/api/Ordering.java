package io.eventbus.api;

/** Which events keep their order. */
public enum Ordering {
    /** Events of one aggregate keep their order; different aggregates are independent; unkeyed events have none. */
    PER_AGGREGATE,
    /** No event waits for another. */
    NONE
}
