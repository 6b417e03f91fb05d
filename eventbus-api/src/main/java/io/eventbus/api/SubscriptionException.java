package io.eventbus.api;

import org.jspecify.annotations.Nullable;

/** A subscription that cannot be started or had to stop. Terminal: the message says what must change. */
public final class SubscriptionException extends EventBusException {

    /** An error of this kind; {@code message} says what was attempted, where, and what to do. */
    public SubscriptionException(String message) {
        this(message, null);
    }

    /** An error of this kind with its cause, which may be null. */
    public SubscriptionException(String message, @Nullable Throwable cause) {
        super(message, cause, false);
    }
}
