package io.eventbus.api;

import org.jspecify.annotations.Nullable;

/** A publish that was not acknowledged. */
public final class PublishException extends EventBusException {

    /** Why a publish failed. */
    public enum Reason {
        /** No acknowledgement within the time given; the broker may still have stored the event. */
        TIMEOUT(true),
        /** The connection was lost or not there; the broker may still have stored the event. */
        DISCONNECTED(true),
        /** The publish window stayed full for as long as the call may wait. */
        WINDOW_FULL(true),
        /** The broker answered with an error that may pass. */
        UNAVAILABLE(true),
        /** The broker answered with an error that will not pass by itself. */
        REJECTED(false),
        /** The event is larger than the limit. */
        TOO_LARGE(false),
        /** The event cannot be encoded. */
        NOT_ENCODABLE(false),
        /** The credentials do not allow it. */
        UNAUTHORIZED(false),
        /** There is no such topic and it must not or cannot be made. */
        TOPIC_MISSING(false);

        private final boolean retriable;

        Reason(boolean retriable) {
            this.retriable = retriable;
        }

        /** Whether publishing the same event again may succeed without any change. */
        public boolean retriable() {
            return retriable;
        }
    }

    private final Reason reason;

    /**
     * An error of this kind.
     *
     * @param reason why
     * @param message what was attempted, on which topic and event, and what to do
     * @param cause the client's error, or null
     */
    public PublishException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause, reason.retriable());
        this.reason = reason;
    }

    /** Why it failed. */
    public Reason reason() {
        return reason;
    }
}
