package io.eventbus.api;

import org.jspecify.annotations.Nullable;

/** A message that cannot be read as an event. Terminal: it goes to the dead letter with its raw bytes. */
public final class DecodingException extends EventBusException {

    /** An error of this kind; {@code message} says what was attempted, where, and what to do. */
    public DecodingException(String message) {
        this(message, null);
    }

    /** An error of this kind with its cause, which may be null. */
    public DecodingException(String message, @Nullable Throwable cause) {
        super(message, cause, false);
    }
}
