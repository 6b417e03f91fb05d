package io.eventbus.testkit.broker;

/** What happens to the bytes of one direction. */
enum ProxyFlow {
    /** They pass. */
    PASSING,
    /** They wait where they are; nothing is read, so senders get stuck. */
    HELD,
    /** They are read and forgotten. */
    DROPPED
}
