package io.eventbus.examples.outbox;

import io.eventbus.api.Envelope;
import java.sql.SQLException;
import java.util.List;

/** The orders with one tool, and that tool's transactions. */
public interface Shop extends AutoCloseable {

    /** Runs a step in a transaction of its own: committed if it returns, rolled back if it throws what is unchecked. */
    void inTransaction(Step step) throws SQLException;

    /** Runs a step where nobody has begun a transaction. */
    void withoutTransaction(Step step) throws SQLException;

    @Override
    void close();

    /** What is done with the orders. */
    @FunctionalInterface
    interface Step {

        void run(Counter counter) throws SQLException;
    }

    /**
     * What a step works with.
     *
     * @param orders the orders
     * @param lent appends events on the connection that the tool lends
     */
    record Counter(Orders orders, Append lent) {}

    /** An append to the outbox. */
    @FunctionalInterface
    interface Append {

        void append(List<Envelope> events) throws SQLException;
    }
}
