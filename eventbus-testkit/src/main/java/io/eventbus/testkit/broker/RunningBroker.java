package io.eventbus.testkit.broker;

import java.nio.file.Path;

/**
 * A broker, or a database, however it runs: a process, a container, or somebody else's server. Blocking calls return when what they name has
 * happened. What a kind cannot do throws {@link UnsupportedOperationException} saying why.
 */
public interface RunningBroker extends AutoCloseable {

    /** Starts it, first time or again; returns at once, the caller asks the broker itself whether it is ready. */
    void start();

    /** SIGKILL; returns when it is gone. */
    void kill();

    /** SIGTERM; returns when it is gone. */
    void stop();

    /** SIGSTOP. */
    void pause();

    /** SIGCONT. */
    void unpause();

    /** Replaces a file in its directory and sends SIGHUP; returns at once. */
    void reload(String file, String text);

    /** Whether it is there; a paused one is. */
    boolean isAlive();

    /** Waits that long, less if it ends meanwhile; false once it has ended. */
    boolean isAliveAfter(long millis);

    /** Its process id. */
    long pid();

    /** Where it keeps its data. */
    Path dataDir();

    /** The last 64 KiB it logged. */
    String log();

    /** Ends it and removes what it kept; repeated calls do nothing. */
    @Override
    void close();
}
