package io.eventbus.outbox;

import java.time.Duration;

/**
 * What a relay has done since it was started, and what it holds.
 *
 * @param published events that the broker acknowledged and the database knows of
 * @param failed failures that were counted; an event that failed three times counts three
 * @param dead events that were given up
 * @param inFlight events that are held or on their way now
 * @param inFlightBytes their payload, in bytes
 * @param oldest how long the event that is held longest has been held; zero if none is
 * @param brokerAway whether the broker could not be reached at the last attempt
 * @param databaseAway whether the database did not do what it was last asked for
 */
public record RelayStats(
        long published,
        long failed,
        long dead,
        int inFlight,
        long inFlightBytes,
        Duration oldest,
        boolean brokerAway,
        boolean databaseAway) {}
