package io.eventbus.outbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * About how much of an outbox is not published.
 *
 * @param atMost about how many events of the log are not published, from above: numbers are counted instead of events, so those of transactions that were rolled back
 *     or are still open count, and so do events that other shards, which are further, have published
 * @param oldestAge how long ago the first event of the log that is not published happened, by its own time and the database's clock; null if there is none. It is
 *     negative if the clock that gave the event its time is ahead
 * @param oldestWaitingAge the same of the oldest event that {@linkplain OutboxAdmin.Waiting waits}, is dead or stands behind such
 */
public record Backlog(
        long atMost, @Nullable Duration oldestAge, @Nullable Duration oldestWaitingAge) {}
