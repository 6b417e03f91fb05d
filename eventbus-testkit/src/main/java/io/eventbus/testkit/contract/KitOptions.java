package io.eventbus.testkit.contract;

import io.eventbus.api.spi.PayloadTranscoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a bus is to be set up for a test.
 *
 * @param settings settings with their full keys, as a properties file would give them: those of the bus ({@value #PREFIX}…), and those of
 *     the adapter, which it reads as in an application and which win over the binding's own
 * @param transcoders transcoders to register at the composition root
 * @param topologyNever whether the adapter must not make topics: publishing to one that is not there fails
 */
public record KitOptions(Map<String, String> settings, List<PayloadTranscoder> transcoders, boolean topologyNever) {

    /** What the keys of bus settings start with. */
    public static final String PREFIX = "eventbus.bus.";

    /** No settings, no transcoders; topics are made on first use. */
    public static final KitOptions DEFAULT = new KitOptions(Map.of(), List.of(), false);

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
        return new KitOptions(more, transcoders, topologyNever);
    }

    /** These options with one more transcoder. */
    public KitOptions transcoding(PayloadTranscoder transcoder) {
        List<PayloadTranscoder> more = new ArrayList<>(transcoders);
        more.add(transcoder);
        return new KitOptions(settings, more, topologyNever);
    }

    /** These options, with topics never made by the adapter. */
    public KitOptions withTopologyNever() {
        return new KitOptions(settings, transcoders, true);
    }
}
