package io.eventbus.api;

import java.time.Duration;

/**
 * What a close could not finish. Events not finished are still with the broker or, for publishes, were reported to their callbacks.
 *
 * @param handlersRunning handlers that had not returned when time was up; their events will be handled again
 * @param eventsGivenBack events received but not started, returned to the broker
 * @param publishesFailed publishes without an acknowledgement when time was up; each callback was told
 * @param took how long the close took
 */
public record CloseReport(int handlersRunning, int eventsGivenBack, int publishesFailed, Duration took) {

    /** Whether every handler returned and every publish was acknowledged. Giving back unstarted events is clean. */
    public boolean clean() {
        return handlersRunning == 0 && publishesFailed == 0;
    }
}
