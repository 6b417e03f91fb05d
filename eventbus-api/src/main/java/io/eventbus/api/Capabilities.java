package io.eventbus.api;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a bus on its broker can do. Asking for something absent is refused at start with {@link UnsupportedCapabilityException}.
 *
 * @param adapter the adapter's name, for example {@code nats}
 * @param supported what it can do
 * @param maxPayloadBytes the largest payload that is certain to fit into a message of this broker with the bus's wire format; larger
 *     ones fail with {@link PublishException.Reason#TOO_LARGE}
 */
public record Capabilities(String adapter, Set<Capability> supported, long maxPayloadBytes) {

    /** Copies the set. */
    public Capabilities {
        EnumSet<Capability> copy = EnumSet.noneOf(Capability.class);
        copy.addAll(supported);
        supported = Set.copyOf(copy);
    }

    /** Whether the capability is there. */
    public boolean has(Capability capability) {
        return supported.contains(capability);
    }
}
