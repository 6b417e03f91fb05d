package io.eventbus.testkit.contract;

import io.eventbus.api.spi.PayloadTranscoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a bus is to be set up for a test.
 *
 * @param settings settings with their full keys, as a properties file would give them: those of the bus ({@value #PREFIX}…), and those of
 *     the adapter, which it reads as in an application and which win over the binding's own
 * @param transcoders transcoders to register at the composition root
 * @param topology what the adapter is to do about topics and groups
 * @param sharedStore the name of the one place on the broker (for example a JetStream stream) where all topics of the bus are to be kept; null for
 *     the adapter's default. An adapter that has no such choice takes no notice
 */
public record KitOptions(
        Map<String, String> settings,
        List<PayloadTranscoder> transcoders,
        Topology topology,
        @Nullable String sharedStore) {

    /** What an adapter is to do about topics and groups before it uses them. */
    public enum Topology {
        /** Make what is missing. */
        CREATE,
        /** Change nothing; refuse what is missing or differs. */
        VALIDATE,
        /** Change and compare nothing; fail where something is missing. */
        NEVER
    }

    /** What the keys of bus settings start with. */
    public static final String PREFIX = "eventbus.bus.";

    /** No settings, no transcoders; topics are made on first use. */
    public static final KitOptions DEFAULT = new KitOptions(Map.of(), List.of(), Topology.CREATE, null);

    /** Copies the collections. */
    public KitOptions {
        settings = Map.copyOf(settings);
        transcoders = List.copyOf(transcoders);
    }

    /** These options with one more bus setting; the key is given without {@value #PREFIX}. */
    public KitOptions with(String key, Object value) {
        return withSetting(PREFIX + key, value.toString());
    }

    /** These options with one more setting of the bus or the adapter; the key is given in full. */
    public KitOptions withSetting(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(key, value);
        return new KitOptions(more, transcoders, topology, sharedStore);
    }

    /** These options with one more transcoder. */
    public KitOptions transcoding(PayloadTranscoder transcoder) {
        List<PayloadTranscoder> more = new ArrayList<>(transcoders);
        more.add(transcoder);
        return new KitOptions(settings, more, topology, sharedStore);
    }

    /** These options with another way to treat topics and groups. */
    public KitOptions withTopology(Topology value) {
        return new KitOptions(settings, transcoders, value, sharedStore);
    }

    /** These options, with topics never made by the adapter. */
    public KitOptions withTopologyNever() {
        return withTopology(Topology.NEVER);
    }

    /** These options, with all topics of the bus in one place on the broker. */
    public KitOptions withSharedStore(String name) {
        return new KitOptions(settings, transcoders, topology, name);
    }
}
