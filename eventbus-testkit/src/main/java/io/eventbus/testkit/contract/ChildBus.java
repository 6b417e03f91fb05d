package io.eventbus.testkit.contract;

import io.eventbus.api.EventBus;
import java.util.Map;

/**
 * A maker of a bus in a JVM of its own, where the kit starts it to kill, stop or freeze it. A binding's class of this kind is public and has
 * a public constructor without parameters; it is found on the class path of the test.
 */
public interface ChildBus {

    /**
     * A started bus, connected to the broker that runs beside the test. Called once, in the child.
     *
     * @param properties where the broker is, as {@link ChildBinding#properties()} gave them in the test's own JVM
     * @param options how the bus is to be set up; without transcoders
     */
    EventBus start(Map<String, String> properties, KitOptions options);
}
