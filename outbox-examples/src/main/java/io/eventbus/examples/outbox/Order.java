package io.eventbus.examples.outbox;

/**
 * An order as it stands after its latest change.
 *
 * @param id its identity, at most 64 characters
 * @param customer who placed it, at most 200 characters
 * @param cents what it costs
 * @param state whether it still counts
 * @param version the number of its changes
 */
public record Order(String id, String customer, long cents, State state, int version) {

    /** Whether an order counts. */
    public enum State {
        /** It is to be delivered. */
        PLACED,
        /** It is not, and nothing about it changes any more. */
        CANCELLED
    }

    /** A new order. */
    public static Order placed(String id, String customer, long cents) {
        return new Order(id, customer, cents, State.PLACED, 0);
    }

    /**
     * The order at another price.
     *
     * @throws OrdersException if it was cancelled
     */
    public Order changed(long newCents) {
        return next(newCents, State.PLACED);
    }

    /**
     * The order cancelled.
     *
     * @throws OrdersException if it was cancelled already
     */
    public Order cancelled() {
        return next(cents, State.CANCELLED);
    }

    private Order next(long newCents, State newState) {
        if (state == State.CANCELLED) {
            throw new OrdersException("order " + id + " was cancelled and does not change any more");
        }
        return new Order(id, customer, newCents, newState, version + 1);
    }
}
