package io.eventbus.outbox;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** The waits after failures: doubling, bounded, and spread by up to half, so that those that failed together do not come back together. */
record RelayBackoff(Duration first, Duration longest) {

    Duration after(int failures) {
        long nanos = first.toNanos();
        for (int i = 1; i < failures && nanos < longest.toNanos(); i++) {
            nanos *= 2;
        }
        nanos = Math.min(nanos, longest.toNanos());
        return Duration.ofNanos(nanos - ThreadLocalRandom.current().nextLong(nanos / 2 + 1));
    }
}
