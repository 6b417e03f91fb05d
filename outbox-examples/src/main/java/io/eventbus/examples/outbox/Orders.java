package io.eventbus.examples.outbox;

import java.util.Optional;

/**
 * The orders of the application. Each change is part of a transaction, as the implementation says, and is told by an event of the same transaction.
 *
 * <p>Errors: {@link OrdersException} or what the tool below throws; the transaction is then to be rolled back.
 */
public interface Orders {

    /** Keeps a new order. */
    void place(Order order);

    /** Changes what an order costs, in cents. */
    void change(String id, long cents);

    /** Cancels an order. */
    void cancel(String id);

    /** The order of that id, as the transaction sees it. */
    Optional<Order> find(String id);
}
