package io.eventbus.api;

/** Where a consumer group begins that the broker does not know yet. A known group goes on where it stopped. */
public enum StartPosition {
    /** With the oldest event stored. */
    EARLIEST,
    /** With the first event stored after the group was made. */
    LATEST
}
