package io.eventbus.outbox;

import java.time.Duration;

/**
 * How a relay works.
 *
 * @param maxInFlight how many records are held or on their way at most
 * @param maxBytes their bytes at most
 * @param lease how long a claim holds unless it is renewed
 * @param maxAttempts after how many failures a record is dead
 * @param firstDelay the wait after the first failure; it doubles with each
 * @param longestDelay the longest wait
 * @param shortestPoll how soon an idle relay looks again at first; it doubles while nothing is found
 * @param longestPoll how long an idle relay waits at most
 */
record RelaySettings(
        int maxInFlight,
        long maxBytes,
        Duration lease,
        int maxAttempts,
        Duration firstDelay,
        Duration longestDelay,
        Duration shortestPoll,
        Duration longestPoll) {}
