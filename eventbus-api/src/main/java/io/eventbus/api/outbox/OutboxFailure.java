package io.eventbus.api.outbox;

import java.time.Duration;

/**
 * A record that could not be published.
 *
 * @param record the record
 * @param reason what happened, without payload and secrets, at most {@value #MAX_REASON_LENGTH} characters
 * @param delay how long the record, and with it its aggregate, is to wait before it is claimed again; zero for one that is dead
 */
public record OutboxFailure(OutboxRecord record, String reason, Duration delay) {

    /** The longest reason, in characters; longer ones are cut. */
    public static final int MAX_REASON_LENGTH = 1_000;

    /** Cuts a reason that is too long. */
    public OutboxFailure {
        reason = reason.replace('\0', ' '); // which some databases cannot store
        if (reason.length() > MAX_REASON_LENGTH) {
            reason = reason.substring(0, MAX_REASON_LENGTH);
        }
    }
}
