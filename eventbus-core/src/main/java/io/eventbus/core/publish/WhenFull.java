package io.eventbus.core.publish;

/** What a publish does that finds the publish window full. */
public enum WhenFull {
    /** It waits for a place, up to the shorter of the longest wait and its deadline, and then fails. */
    BLOCK,
    /** It fails at once. */
    FAIL
}
