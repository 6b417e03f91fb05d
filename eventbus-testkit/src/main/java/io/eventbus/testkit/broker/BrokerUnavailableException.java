package io.eventbus.testkit.broker;

import java.util.List;

/** A refusal to go on without a broker: no way to one worked. The message lists every way tried, why it failed and what to do. */
public final class BrokerUnavailableException extends RuntimeException {

    private final List<String> waysTried;

    BrokerUnavailableException(String broker, List<String> waysTried, String advice) {
        super(message(broker, waysTried, advice));
        this.waysTried = List.copyOf(waysTried);
    }

    /** One line per way, in the order they were tried, each with the reason it failed. */
    public List<String> waysTried() {
        return waysTried;
    }

    private static String message(String broker, List<String> ways, String advice) {
        StringBuilder text = new StringBuilder("No ").append(broker).append(" found or started. Ways tried:");
        for (int i = 0; i < ways.size(); i++) {
            text.append("\n  ")
                    .append(i + 1)
                    .append(". ")
                    .append(ways.get(i).strip().replace("\n", "\n     "));
        }
        return text.append("\nWhat to do: ").append(advice).toString();
    }
}
