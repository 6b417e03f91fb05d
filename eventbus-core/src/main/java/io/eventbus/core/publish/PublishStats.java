package io.eventbus.core.publish;

/**
 * What a pipeline has done and is doing. The numbers are read one after the other while work goes on.
 *
 * @param accepted publishes that have taken a place in the window, since the start
 * @param acknowledged publishes that the broker has acknowledged, since the start
 * @param failed publishes that were reported as failed, since the start, those refused before they took a place included
 * @param inFlight publishes that hold a place in the window now
 * @param inFlightBytes the bytes of their messages
 * @param pendingResults outcomes that are known and whose callback has not returned yet
 * @param callbackErrors callbacks that have thrown, since the start
 */
public record PublishStats(
        long accepted,
        long acknowledged,
        long failed,
        int inFlight,
        long inFlightBytes,
        int pendingResults,
        long callbackErrors) {}
