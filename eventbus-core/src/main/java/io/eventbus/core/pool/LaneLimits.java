package io.eventbus.core.pool;

import io.eventbus.api.ConfigurationException;

/**
 * How much a client of a pool may have in it. Reaching a limit is back-pressure: a submit is refused, nothing is lost.
 *
 * <p>Tasks waiting for a retry have a budget of their own: they count against the intake's limit only as far as they exceed it, so that
 * retries cannot stop the intake.
 *
 * @param tasks the most tasks accepted and not finished, those in back-off left out as far as their own budget goes
 * @param bytes the same for the sum of what the tasks were said to weigh; one task that is larger on its own is accepted when there is no other
 * @param waitingTasks the budget of tasks in lanes that are in back-off
 * @param waitingBytes the same in bytes
 */
public record LaneLimits(int tasks, long bytes, int waitingTasks, long waitingBytes) {

    /** No limit: for clients that bound their work themselves. */
    public static final LaneLimits NONE =
            new LaneLimits(Integer.MAX_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);

    /** @throws ConfigurationException if a limit of the intake is not positive or a budget negative */
    public LaneLimits {
        if (tasks < 1 || bytes < 1 || waitingTasks < 0 || waitingBytes < 0) {
            throw new ConfigurationException(
                    "limits of " + tasks + " tasks, " + bytes + " bytes, " + waitingTasks + " waiting tasks, "
                            + waitingBytes + " waiting bytes: the first two must be positive, the others not negative");
        }
    }

    /** Limits whose budget for retries equals that of the intake. */
    public static LaneLimits of(int tasks, long bytes) {
        return new LaneLimits(tasks, bytes, tasks, bytes);
    }
}
