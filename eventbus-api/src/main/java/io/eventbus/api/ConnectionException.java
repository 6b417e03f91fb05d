package io.eventbus.api;

import org.jspecify.annotations.Nullable;

/** A broker that cannot be reached (retriable) or that refuses the credentials (terminal). */
public final class ConnectionException extends EventBusException {

    /**
     * An error of this kind.
     *
     * @param message what was attempted, where, and what to do; without secrets
     * @param retriable false if the credentials or the TLS set-up are wrong
     * @param cause the client's error, or null
     */
    public ConnectionException(String message, boolean retriable, @Nullable Throwable cause) {
        super(message, cause, retriable);
    }
}
