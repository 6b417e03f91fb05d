package io.eventbus.api;

import org.jspecify.annotations.Nullable;

/** An argument that is not legal: a topic name, a header, an identifier. Terminal; nothing was sent or stored. */
public final class InvalidInputException extends EventBusException {

    /** An error of this kind; {@code message} says what was attempted, where, and what to do. */
    public InvalidInputException(String message) {
        this(message, null);
    }

    /** An error of this kind with its cause, which may be null. */
    public InvalidInputException(String message, @Nullable Throwable cause) {
        super(message, cause, false);
    }
}
