package io.eventbus.core.wire;

/** The form in which events are sent. Both forms are always understood. */
public enum WireFormat {
    /** The body is a JSON object with all attributes and the payload; headers repeat the attributes. */
    JSON,
    /** The body is the payload itself; the attributes are in headers only. */
    BINARY
}
