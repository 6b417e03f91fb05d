package io.eventbus.api;

import org.jspecify.annotations.Nullable;

/** A topic, stream or consumer that is missing, cannot be made, or is not as it must be. Terminal: the message lists what differs. */
public final class TopologyException extends EventBusException {

    /** An error of this kind; {@code message} says what was attempted, where, and what to do. */
    public TopologyException(String message) {
        this(message, null);
    }

    /** An error of this kind with its cause, which may be null. */
    public TopologyException(String message, @Nullable Throwable cause) {
        super(message, cause, false);
    }
}
