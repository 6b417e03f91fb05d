package io.eventbus.api;

import java.util.List;

/**
 * The state of a bus.
 *
 * @param status the worst of the components
 * @param components the connection, the publisher and each subscription
 */
public record Health(Status status, List<Component> components) {

    /** How well something works. */
    public enum Status {
        /** It works. */
        UP,
        /** It works with loss of speed or redundancy, or will stop working if nothing is done. */
        DEGRADED,
        /** It does not work. */
        DOWN
    }

    /**
     * The state of one part.
     *
     * @param name for example {@code connection} or {@code subscription billing@orders}
     * @param status how well it works
     * @param detail why, and what to do; empty when UP
     */
    public record Component(String name, Status status, String detail) {}

    /** Health of the given components, as bad as the worst of them; UP if there are none. */
    public static Health of(List<Component> components) {
        Status worst = Status.UP;
        for (Component component : components) {
            if (component.status().compareTo(worst) > 0) {
                worst = component.status();
            }
        }
        return new Health(worst, List.copyOf(components));
    }
}
