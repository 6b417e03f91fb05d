package io.eventbus.testkit.contract;

import java.util.Map;

/**
 * How a process of its own gets a bus on the broker under test.
 *
 * @param bus makes the bus there
 * @param properties what it has to know, such as the broker's address; neither keys nor values with line breaks
 */
public record ChildBinding(Class<? extends ChildBus> bus, Map<String, String> properties) {

    /** Copies the properties. */
    public ChildBinding {
        properties = Map.copyOf(properties);
    }
}
