package io.eventbus.api;

/** Something that one broker can do and another cannot. */
public enum Capability {
    /** Events of one key may be in flight together and are still stored in order when some are re-sent. */
    PIPELINED_KEY_ORDER,
    /** An event id that was stored before (within a window of time) is not stored again. */
    PUBLISH_DEDUPLICATION,
    /** Several live instances may share an ordered group, each owning part of the aggregates. */
    SHARED_ORDERED_GROUP,
    /** The broker counts how often it delivered a message. */
    DELIVERY_COUNT,
    /** The client compresses by itself, so the bus does not. */
    NATIVE_COMPRESSION,
    /** A subscription may name a pattern of topics. */
    WILDCARD,
    /** A subscription may be moved to a point in time. */
    SEEK
}
