package io.eventbus.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a handler wants done with an event. */
public sealed interface Outcome {

    /** The event is done; it is acknowledged to the broker. */
    static Outcome ack() {
        return Ack.INSTANCE;
    }

    /** The event is to be handled again, in place, after the back-off of the retry policy. */
    static Outcome retry() {
        return Retry.BY_POLICY;
    }

    /** The event is to be handled again, in place, after the given time; it counts as an attempt of the retry policy. */
    static Outcome retryAfter(Duration after) {
        return new Retry(after);
    }

    /** The event goes to the dead-letter topic at once and is then acknowledged. */
    static Outcome deadLetter(String reason) {
        return new DeadLetter(reason);
    }

    /** The event is done. */
    final class Ack implements Outcome {
        private static final Ack INSTANCE = new Ack();

        private Ack() {}

        @Override
        public String toString() {
            return "Ack";
        }
    }

    /**
     * The event is to be handled again.
     *
     * @param after the back-off; null for that of the retry policy
     */
    record Retry(@Nullable Duration after) implements Outcome {
        private static final Duration LONGEST = Duration.ofDays(365);
        private static final Retry BY_POLICY = new Retry(null);

        /** @throws InvalidInputException if the time is negative or above a year */
        public Retry {
            if (after != null && (after.isNegative() || after.compareTo(LONGEST) > 0)) {
                throw new InvalidInputException("retry after " + after + " is not in 0 ... 365 days");
            }
        }
    }

    /**
     * The event cannot be handled.
     *
     * @param reason why, for whoever looks at the dead letter
     */
    record DeadLetter(String reason) implements Outcome {}
}
