package io.eventbus.examples.demo;

/**
 * How a run through an outbox goes.
 *
 * @param database where the outbox is
 * @param rollbackRate the share of the transactions that are rolled back, from 0 to {@value #MOST_ROLLBACKS}
 */
record OutboxOptions(DemoDatabase.Kind database, double rollbackRate) {

    /** With more, a run would hardly come to its end: what is rolled back is tried again. */
    static final double MOST_ROLLBACKS = 0.9;

    /** How many threads write transactions. */
    static final int WRITERS = 4;
}
