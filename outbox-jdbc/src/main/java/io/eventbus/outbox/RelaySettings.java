package io.eventbus.outbox;

import io.eventbus.api.config.Settings;
import java.time.Duration;

/**
 * How a relay works.
 *
 * @param maxInFlight how many events are held or on their way at most
 * @param maxBytes their payload at most, in bytes
 * @param lease how long what a relay owns is its own after its last sign of life
 * @param maxAttempts after how many failures an event is dead
 * @param firstDelay the wait after the first failure; it doubles with each
 * @param longestDelay the longest wait
 * @param shortestPoll how soon the relay looks again when it has found something
 * @param longestPoll how long it waits at most when it finds nothing and nobody tells it
 * @param batchedResults whether results come in lists, or each by a call
 * @param healthAge how long what is held may make no progress before health says so
 */
record RelaySettings(
        int maxInFlight,
        long maxBytes,
        Duration lease,
        int maxAttempts,
        Duration firstDelay,
        Duration longestDelay,
        Duration shortestPoll,
        Duration longestPoll,
        boolean batchedResults,
        Duration healthAge) {

    static RelaySettings of(Settings settings) {
        return new RelaySettings(
                settings.integer("max-in-flight", 5_000, 1, 1_000_000),
                settings.bytes("max-in-flight-bytes", 64L << 20, 1, 1L << 40),
                settings.duration("lease", Duration.ofSeconds(10), Duration.ofMillis(100)),
                settings.integer("max-attempts", 10, 1, 1_000_000),
                settings.duration("first-delay", Duration.ofMillis(200), Duration.ofMillis(1)),
                settings.duration("longest-delay", Duration.ofMinutes(1), Duration.ofMillis(1)),
                settings.duration("shortest-poll", Duration.ofMillis(2), Duration.ofMillis(1)),
                settings.duration("longest-poll", Duration.ofMillis(500), Duration.ofMillis(1)),
                settings.flag("batched-results", true),
                settings.duration("health-age", Duration.ofSeconds(30), Duration.ofMillis(1)));
    }
}
