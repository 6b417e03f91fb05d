package io.eventbus.api.spi;

import java.util.Map;

/**
 * What a transport adds to the description of its bus. Nothing in it depends on time, traffic or identity, and secrets are masked.
 *
 * @param settings every effective setting by its full key, defaults included
 * @param topology what it uses on the broker so far: a name that says of what kind it is, for example {@code topic orders}, and what is
 *     worth knowing of it
 */
public record TransportDescription(Map<String, String> settings, Map<String, String> topology) {

    /** Nothing to say. */
    public static final TransportDescription EMPTY = new TransportDescription(Map.of(), Map.of());

    /** Copies the maps. */
    public TransportDescription {
        settings = Map.copyOf(settings);
        topology = Map.copyOf(topology);
    }
}
