package io.eventbus.testkit.broker;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A reading of the setting {@code brokers}: which brokers a run must cover. {@code -Dbrokers=nats,kafka} (or the environment
 * variable {@code BROKERS}) narrows a run on purpose; without it every broker must be there, and one that cannot be found fails
 * the run.
 */
public final class Brokers {

    /** The setting's name. */
    public static final String PROPERTY = "brokers";

    private static final List<String> KNOWN = List.of("memory", "nats", "kafka");

    private Brokers() {}

    /**
     * The brokers this run must cover, in a fixed order.
     *
     * @throws IllegalArgumentException if the setting names a broker that does not exist
     */
    public static Set<String> selected() {
        return parse(BrokerSettings.find(PROPERTY).orElse("all"));
    }

    /**
     * Whether this run must cover that broker.
     *
     * @param broker {@code memory}, {@code nats} or {@code kafka}
     * @throws IllegalArgumentException if there is no such broker
     */
    public static boolean isSelected(String broker) {
        if (!KNOWN.contains(broker)) {
            throw unknown(broker);
        }
        return selected().contains(broker);
    }

    static Set<String> parse(String setting) {
        Set<String> named = new LinkedHashSet<>();
        for (String part : setting.split(",", -1)) {
            String name = part.strip().toLowerCase(Locale.ROOT);
            if (name.equals("all")) {
                named.addAll(KNOWN);
            } else if (KNOWN.contains(name)) {
                named.add(name);
            } else if (!name.isEmpty()) {
                throw unknown(name);
            }
        }
        if (named.isEmpty()) {
            throw new IllegalArgumentException(
                    "The setting '" + PROPERTY + "' names no broker; known are " + KNOWN + " and all");
        }
        Set<String> ordered = new LinkedHashSet<>(KNOWN);
        ordered.retainAll(named);
        return Collections.unmodifiableSet(ordered);
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "Unknown broker '" + name + "' (setting '" + PROPERTY + "'); known are " + KNOWN + " and all");
    }
}
