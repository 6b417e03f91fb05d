package io.eventbus.api;

/** An event came whose type has no handler, and that counts as a failure; see {@link EventHandlers.Others#FAIL}. */
public final class NoHandlerException extends EventBusException {

    /** An error of this kind; {@code message} says which event of which type on which topic. */
    public NoHandlerException(String message) {
        super(message, null, false);
    }
}
