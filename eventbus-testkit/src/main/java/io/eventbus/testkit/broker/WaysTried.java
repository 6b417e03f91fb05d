package io.eventbus.testkit.broker;

import java.util.ArrayList;
import java.util.List;

/**
 * A list that grows while ways to a broker or a database are tried, and ends as the text of the error when none worked.
 *
 * <p>Concurrency: confined to the thread that tries.
 */
public final class WaysTried {

    private final String broker;
    private final String advice;
    private final List<String> lines = new ArrayList<>();

    /**
     * An empty list.
     *
     * @param broker what is looked for, as the error names it
     * @param advice what to do when there is none
     */
    public WaysTried(String broker, String advice) {
        this.broker = broker;
        this.advice = advice;
    }

    /** Adds a way that was not there or passed over, and why. */
    public void failed(String way, String reason) {
        lines.add(way + ": " + reason);
    }

    /** Adds a way that was tried and failed. */
    public void failed(String way, Exception reason) {
        String text = reason.getMessage();
        failed(way, text == null ? reason.toString() : text);
    }

    /** The error that lists them all. */
    public BrokerUnavailableException exhausted() {
        return new BrokerUnavailableException(broker, lines, advice);
    }
}
