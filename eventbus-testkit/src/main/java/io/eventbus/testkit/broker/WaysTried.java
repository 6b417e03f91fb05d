package io.eventbus.testkit.broker;

import java.util.ArrayList;
import java.util.List;

/** A list that grows while ways to a broker are tried, and ends as the text of the error when none worked. */
final class WaysTried {

    private final String broker;
    private final String advice;
    private final List<String> lines = new ArrayList<>();

    WaysTried(String broker, String advice) {
        this.broker = broker;
        this.advice = advice;
    }

    void failed(String way, String reason) {
        lines.add(way + ": " + reason);
    }

    void failed(String way, Exception reason) {
        String text = reason.getMessage();
        failed(way, text == null ? reason.toString() : text);
    }

    BrokerUnavailableException exhausted() {
        return new BrokerUnavailableException(broker, lines, advice);
    }
}
