package io.eventbus.examples.outbox;

/** What keeps an order from being kept or changed. The transaction is to be rolled back. */
public final class OrdersException extends RuntimeException {

    /** One without a cause. */
    public OrdersException(String message) {
        super(message);
    }

    /** One with what the database said. */
    public OrdersException(String message, Throwable cause) {
        super(message, cause);
    }
}
