package io.eventbus.api;

/**
 * What a subscription has done since it started, and what it holds now. Read without a common lock: the figures are each exact and may
 * be of slightly different moments. Once nothing is in flight, {@code received = handled + deadLettered + givenBack}.
 *
 * @param received events taken from the broker
 * @param handled events whose handler said they are done
 * @param retried attempts that failed and were followed by another
 * @param deadLettered events stored in the dead-letter topic
 * @param givenBack events returned to the broker unhandled
 * @param inFlight events received and not yet settled
 * @param inFlightBytes their size in bytes
 * @param waitingForRetry events whose aggregate waits for a back-off to end, or for a pause; part of {@code inFlight}
 * @param lanes aggregates with work now; 0 when idle
 */
public record SubscriptionStats(
        long received,
        long handled,
        long retried,
        long deadLettered,
        long givenBack,
        int inFlight,
        long inFlightBytes,
        int waitingForRetry,
        int lanes) {}
