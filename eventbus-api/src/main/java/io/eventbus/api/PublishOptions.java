package io.eventbus.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one event is to be published.
 *
 * @param ordering {@link Ordering#PER_AGGREGATE} keeps the order of the aggregate's events through re-sends and reconnects;
 *     {@link Ordering#NONE} is the bulk option: faster for few aggregates, and a re-sent event may be stored behind later ones
 * @param deadline the time after which the publish is reported as failed, counted from the call; null for the bus's delivery time-out.
 *     A value above that time-out is cut to it
 */
public record PublishOptions(Ordering ordering, @Nullable Duration deadline) {

    /** In order per aggregate, within the bus's delivery time-out. */
    public static final PublishOptions DEFAULT = new PublishOptions(Ordering.PER_AGGREGATE, null);

    /** Without order, within the bus's delivery time-out. */
    public static final PublishOptions BULK = new PublishOptions(Ordering.NONE, null);

    /** @throws InvalidInputException if the deadline is not positive */
    public PublishOptions {
        if (deadline != null && (deadline.isZero() || deadline.isNegative())) {
            throw new InvalidInputException("publish deadline " + deadline + " is not positive");
        }
    }

    /** These options with another deadline. */
    public PublishOptions withDeadline(Duration value) {
        return new PublishOptions(ordering, value);
    }
}
