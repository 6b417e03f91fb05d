package io.eventbus.testkit.contract;

import java.time.Duration;

/**
 * The network between one bus and its broker, such as a TCP proxy.
 *
 * <p>Concurrency: may be called from any thread.
 */
public interface Link {

    /** Drops the live connections with whatever is in the pipe; new ones are accepted at once. */
    void cut();

    /** Drops the live connections and refuses new ones until {@link #restore()}. */
    void sever();

    /** Ends {@link #sever()}. */
    void restore();

    /** Keeps connections open and passes nothing on, in either direction, until {@link #unstall()}. */
    void stall();

    /**
     * Keeps connections open and loses what is sent, in either direction, until {@link #unstall()}. A link that cannot lose holds back
     * instead: nobody sees the difference before it ends.
     */
    default void swallow() {
        stall();
    }

    /**
     * Delays everything from now on, in each direction; zero ends it.
     *
     * @param delay by at least so much
     * @param jitter and by chance up to so much more
     * @throws UnsupportedOperationException if the link cannot; what needs it counts as refused
     */
    default void latency(Duration delay, Duration jitter) {
        throw new UnsupportedOperationException("has a link without latency");
    }

    /** Ends {@link #stall()} and {@link #swallow()}; what was held is passed on. */
    void unstall();

    /** How many connections to the broker the bus has open now. */
    int connections();
}
