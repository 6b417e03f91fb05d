package io.eventbus.core;

/** How bodies are compressed by the bus. */
public enum Compression {
    /** Not at all. */
    NONE,
    /** With LZ4, above the threshold and where it makes the body smaller; receivers accept both. */
    LZ4
}
