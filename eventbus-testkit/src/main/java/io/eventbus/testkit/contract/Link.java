package io.eventbus.testkit.contract;

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

    /** Ends {@link #stall()}; what was held is passed on. */
    void unstall();
}
