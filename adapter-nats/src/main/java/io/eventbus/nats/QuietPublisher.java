package io.eventbus.nats;

/** A way to tell the server what may be lost: the settling of a message, which comes again if it is. Safe from any thread. */
interface QuietPublisher {

    /** Whether there is a connection now. */
    boolean connected();

    /** Publishes something whose loss does no harm. Never waits, never throws. */
    void publishQuietly(String subject, byte[] body);
}
