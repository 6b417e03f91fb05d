package io.eventbus.examples.demo;

import io.eventbus.api.EventBus;
import io.eventbus.api.Topic;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A way by which the events of a workload come to the bus.
 *
 * <p>Concurrency: {@link #stop} may come from the shutdown hook at any time; all else is called by the thread of the run.
 */
interface Feed extends AutoCloseable {

    /** Begins, on threads of its own. */
    void start(EventBus bus, List<Topic> topics) throws SQLException, InterruptedException;

    /** Takes in nothing more, and finishes what is on its way within the time; before the bus closes. */
    void stop(Duration within) throws InterruptedException;

    /** Whether it has broken off, so that what is missing will never come. */
    boolean isBroken();

    /** How many publishes failed. */
    int failed();

    /** {@code exact}, or what is wrong; for the parameters see {@link Ledger#verdict}. */
    String verdict(long deadLettered, boolean faults) throws SQLException;

    /** What stands in the report of a run through an outbox; null without one. */
    DemoReport.@Nullable Outbox report();

    /** What is unfinished before the bus, as a half-sentence; empty if nothing can be. */
    String unfinished();

    /** Gives up what it holds; after the bus is closed. */
    @Override
    void close();
}
