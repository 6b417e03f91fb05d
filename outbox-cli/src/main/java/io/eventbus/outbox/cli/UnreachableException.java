package io.eventbus.outbox.cli;

import org.jspecify.annotations.Nullable;

/** There is no connection to the database; the message says what to look at. */
final class UnreachableException extends RuntimeException {

    UnreachableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
