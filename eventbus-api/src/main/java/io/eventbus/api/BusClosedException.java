package io.eventbus.api;

import org.jspecify.annotations.Nullable;

/** The bus or subscription was closed before or during the call. Terminal: start a new one. */
public final class BusClosedException extends EventBusException {

    /** An error of this kind; {@code message} says what was attempted, where, and what to do. */
    public BusClosedException(String message) {
        this(message, null);
    }

    /** An error of this kind with its cause, which may be null. */
    public BusClosedException(String message, @Nullable Throwable cause) {
        super(message, cause, false);
    }
}
