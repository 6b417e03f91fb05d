package io.eventbus.core;

import io.eventbus.api.Capability;
import io.eventbus.api.UnsupportedCapabilityException;
import io.eventbus.api.spi.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A check of what an application relies on against what its broker can do. */
final class Requirements {

    private Requirements() {}

    /** @throws UnsupportedCapabilityException if something is missing; it names everything that is */
    static void check(Set<Capability> required, Transport transport) {
        List<Capability> missing = new ArrayList<>();
        for (Capability capability : Capability.values()) {
            if (required.contains(capability) && !transport.capabilities().contains(capability)) {
                missing.add(capability);
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        StringBuilder wayOut = new StringBuilder(wayOut(missing.get(0)));
        for (Capability also : missing.subList(1, missing.size())) {
            wayOut.append("; ")
                    .append(also)
                    .append(" is not supported either, ")
                    .append(wayOut(also));
        }
        throw new UnsupportedCapabilityException(
                missing.get(0), transport.name(), BusConfig.PREFIX + "requires", wayOut.toString());
    }

    private static String wayOut(Capability missing) {
        String instead = switch (missing) {
            case PIPELINED_KEY_ORDER ->
                "do without: order is kept all the same, with one event of an aggregate in flight";
            case PUBLISH_DEDUPLICATION -> "keep the ids of handled events where their effects are kept";
            case SHARED_ORDERED_GROUP -> "run one ordered subscription of the group, with more concurrency";
            case DELIVERY_COUNT -> "count where the effects are kept";
            case NATIVE_COMPRESSION -> "do without: the bus compresses by itself (eventbus.bus.compression)";
            case WILDCARD -> "subscribe to each topic";
            case SEEK -> "begin with a new group and a start position";
        };
        return instead + ", and take it out; or choose a broker that has it";
    }
}
