package io.eventbus.core.pool;

import java.util.ArrayDeque;

/**
 * A client of a crew: what it has ready, and how much of that may run at once. Surplus work parks in the client's own queue and holds no
 * worker.
 *
 * <p>Concurrency: the fields are guarded by the crew's lock.
 */
abstract class Client {

    final int maxConcurrency;
    final ArrayDeque<Work> ready = new ArrayDeque<>();
    int running;

    /** Whether the client stands in the crew's round: it has ready work and may run more. */
    boolean inRound;

    /** A client that runs at most {@code maxConcurrency} works at once, 0 for no limit. */
    Client(int maxConcurrency) {
        this.maxConcurrency = maxConcurrency == 0 ? Integer.MAX_VALUE : maxConcurrency;
    }

    /** Refuses new tasks; when this returns, every task accepted is counted. */
    abstract void close();

    abstract boolean isClosed();

    /** Whether no task is accepted and not ended. */
    abstract boolean isQuiet();

    /** Rejects all tasks that do not run now, and those that would run again. Calls tasks: not to be called under a lock. */
    abstract void cutOff();
}
