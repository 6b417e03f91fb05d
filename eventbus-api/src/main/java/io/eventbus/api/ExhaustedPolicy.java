package io.eventbus.api;

/** What becomes of an event that is not handled after the last attempt, or cannot be decoded. */
public enum ExhaustedPolicy {
    /** It is stored in the dead-letter topic, then acknowledged; the aggregate goes on with its next event. */
    DEAD_LETTER,
    /** The subscription stops with the event un-acknowledged and health says DOWN; nothing is skipped. */
    STOP
}
