package io.eventbus.core.wire;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;

/**
 * A record of why a message became a dead letter. Texts may be of any length and hold any character; the codec bounds and escapes them.
 *
 * @param group the consumer group that gave the message up
 * @param attempts how often it was tried, tries to decode it included
 * @param firstFailureAt when it failed first
 * @param lastFailureAt when it failed last
 * @param exceptionType the class of the last failure; empty if there was none
 * @param message what the last failure said
 * @param stack the stack of the last failure, outermost call last; empty if there was none
 */
public record DeadLetterInfo(
        String group,
        int attempts,
        Instant firstFailureAt,
        Instant lastFailureAt,
        String exceptionType,
        String message,
        String stack) {

    /** How much of the failure's own line the stack keeps: what is bounded later must not be used up by a long message. */
    private static final int MAX_FIRST_LINE = 512;

    /** A record whose type, message and stack are those of the failure. */
    public static DeadLetterInfo of(
            String group, int attempts, Instant firstFailureAt, Instant lastFailureAt, Throwable failure) {
        String message = failure.getMessage();
        return new DeadLetterInfo(
                group,
                attempts,
                firstFailureAt,
                lastFailureAt,
                failure.getClass().getName(),
                message == null ? "" : message,
                stack(failure));
    }

    /** A record without an exception: the handler said why. */
    public static DeadLetterInfo of(
            String group, int attempts, Instant firstFailureAt, Instant lastFailureAt, String reason) {
        return new DeadLetterInfo(group, attempts, firstFailureAt, lastFailureAt, "", reason, "");
    }

    private static String stack(Throwable failure) {
        StringWriter out = new StringWriter();
        failure.printStackTrace(new PrintWriter(out, true));
        String stack = out.toString();
        String first = failure.toString();
        return first.length() > MAX_FIRST_LINE && stack.startsWith(first)
                ? first.substring(0, MAX_FIRST_LINE) + "..." + stack.substring(first.length())
                : stack;
    }
}
