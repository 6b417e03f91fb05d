package io.eventbus.api;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything this library throws or reports. Messages say what was attempted, on what, and what to do; they hold no payload
 * and no secret.
 */
public abstract sealed class EventBusException extends RuntimeException
        permits BusClosedException,
                ConfigurationException,
                ConnectionException,
                DecodingException,
                InvalidInputException,
                NoHandlerException,
                PublishException,
                SubscriptionException,
                TopologyException,
                UnsupportedCapabilityException {

    private final boolean retriable;

    EventBusException(String message, @Nullable Throwable cause, boolean retriable) {
        super(message, cause);
        this.retriable = retriable;
    }

    /** Whether the same call may succeed later without any change to it or to the set-up. */
    public final boolean retriable() {
        return retriable;
    }
}
