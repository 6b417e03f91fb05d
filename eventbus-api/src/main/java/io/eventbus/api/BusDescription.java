package io.eventbus.api;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a bus is set up to do, at one moment: for start-up logs, support, and snapshot tests. Two buses of the same settings on the same
 * adapter that have used the same topics are described alike; nothing in it depends on time, traffic or identity, and secrets are masked.
 *
 * @param adapter the adapter's name, for example {@code nats}
 * @param settings every effective setting of the bus and of its adapter by its full key, defaults included, in the order of the keys
 * @param guarantees what the bus can do on this broker, in the order of the names
 * @param topology what the bus uses on the broker so far, and its subscriptions, in the order of the names
 */
public record BusDescription(
        String adapter,
        SortedMap<String, String> settings,
        SortedMap<String, String> guarantees,
        SortedMap<String, String> topology) {

    /** Copies the maps. */
    public BusDescription {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        guarantees = Collections.unmodifiableSortedMap(new TreeMap<>(guarantees));
        topology = Collections.unmodifiableSortedMap(new TreeMap<>(topology));
    }

    /** Everything as text, an entry a line; the form does not change between patch versions. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("adapter ").append(adapter).append('\n');
        append(text, "settings", settings);
        append(text, "guarantees", guarantees);
        append(text, "topology", topology);
        return text.toString();
    }

    private static void append(StringBuilder text, String title, Map<String, String> entries) {
        text.append(title).append('\n');
        entries.forEach((name, value) ->
                text.append("  ").append(name).append(" = ").append(value).append('\n'));
    }
}
