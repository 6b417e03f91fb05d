package io.eventbus.api;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * How often and when a failed event is handled again. Retries happen in place: the aggregate waits, others go on, and no worker is held.
 *
 * <p>The delay before attempt n+1 is {@code min(maxBackoff, initialBackoff × multiplier^(n−1))}, changed by a random share of up to
 * {@code jitter} in either direction.
 *
 * @param maxAttempts attempts in all, the first included; 0 for no limit
 * @param initialBackoff the delay after the first attempt
 * @param maxBackoff the longest delay
 * @param multiplier the growth of the delay per attempt; at least 1
 * @param jitter the random share, from 0 to 1
 * @param terminal tells which exceptions make a further attempt pointless
 */
public record RetryPolicy(
        int maxAttempts,
        Duration initialBackoff,
        Duration maxBackoff,
        double multiplier,
        double jitter,
        Predicate<? super Throwable> terminal) {

    private static final Duration LONGEST = Duration.ofDays(365);

    /** Five attempts, 100 ms doubling to at most 30 s, 20 % jitter, no exception terminal. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(5, Duration.ofMillis(100), Duration.ofSeconds(30), 2.0, 0.2, failure -> false);

    /** One attempt. */
    public static final RetryPolicy NEVER =
            new RetryPolicy(1, Duration.ofMillis(100), Duration.ofSeconds(30), 2.0, 0.2, failure -> false);

    /** @throws InvalidInputException if a value is out of range */
    public RetryPolicy {
        check(maxAttempts >= 0, "maxAttempts " + maxAttempts + " is negative; use 0 for no limit");
        check(!initialBackoff.isNegative(), "initialBackoff " + initialBackoff + " is negative");
        check(
                maxBackoff.compareTo(initialBackoff) >= 0,
                "maxBackoff " + maxBackoff + " is below initialBackoff " + initialBackoff);
        check(maxBackoff.compareTo(LONGEST) <= 0, "maxBackoff " + maxBackoff + " is above a year");
        check(multiplier >= 1 && multiplier <= 100, "multiplier " + multiplier + " is not in 1 ... 100");
        check(jitter >= 0 && jitter <= 1, "jitter " + jitter + " is not in 0 ... 1");
    }

    /** This policy with another number of attempts. */
    public RetryPolicy withMaxAttempts(int value) {
        return new RetryPolicy(value, initialBackoff, maxBackoff, multiplier, jitter, terminal);
    }

    /** This policy with other delays. */
    public RetryPolicy withBackoff(Duration initial, Duration max) {
        return new RetryPolicy(maxAttempts, initial, max, multiplier, jitter, terminal);
    }

    /** This policy with another random share. */
    public RetryPolicy withJitter(double value) {
        return new RetryPolicy(maxAttempts, initialBackoff, maxBackoff, multiplier, value, terminal);
    }

    /** This policy with another idea of what is terminal. */
    public RetryPolicy withTerminal(Predicate<? super Throwable> value) {
        return new RetryPolicy(maxAttempts, initialBackoff, maxBackoff, multiplier, jitter, value);
    }

    /**
     * The delay after a failed attempt.
     *
     * @param attempt the attempt that failed, counted from 1
     * @param random a number from 0 (inclusive) to 1 (exclusive) that decides the jitter
     */
    public Duration backoffAfter(int attempt, double random) {
        double nanos = (double) initialBackoff.toNanos() * Math.pow(multiplier, Math.max(0, attempt - 1));
        double capped = Math.min(nanos, (double) maxBackoff.toNanos());
        return Duration.ofNanos((long) (capped * (1 + jitter * (2 * random - 1))));
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new InvalidInputException("retry policy: " + message);
        }
    }
}
