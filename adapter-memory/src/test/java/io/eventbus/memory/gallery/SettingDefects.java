package io.eventbus.memory.gallery;

import io.eventbus.api.Capability;
import io.eventbus.api.ConfigurationException;
import io.eventbus.memory.MemoryUnderTest;
import io.eventbus.testkit.contract.KitBus;
import io.eventbus.testkit.contract.KitOptions;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Settings that are accepted and do nothing, or do something else. */
final class SettingDefects {

    private static final Set<String> KNOWN = known();

    private SettingDefects() {}

    static Defect ignores(String key) {
        return Defect.ofOptions(asked -> {
            Map<String, String> settings = new LinkedHashMap<>(asked.settings());
            settings.remove(KitOptions.PREFIX + key);
            return new KitOptions(settings, asked.transcoders(), asked.topology(), asked.sharedStore());
        });
    }

    static Defect always(String key, Object value) {
        return Defect.ofOptions(asked -> asked.with(key, value));
    }

    static Defect transcodersIgnored() {
        return Defect.ofOptions(
                asked -> new KitOptions(asked.settings(), List.of(), asked.topology(), asked.sharedStore()));
    }

    /** What the sound bus would refuse as unknown, or as misspelt, does nothing. */
    static Defect unknownKeysIgnored() {
        return ofSettings(key -> KNOWN.contains(key));
    }

    /** Only what begins as a setting of the bus has an effect. */
    static Defect adapterSettingsIgnored() {
        return ofSettings(key -> key.startsWith(KitOptions.PREFIX));
    }

    private static Defect ofSettings(Predicate<String> kept) {
        return Defect.ofOptions(asked -> {
            Map<String, String> settings = new LinkedHashMap<>(asked.settings());
            settings.keySet().removeIf(kept.negate());
            return new KitOptions(settings, asked.transcoders(), asked.topology(), asked.sharedStore());
        });
    }

    /** Who has mended one setting hears of the next. */
    static Defect oneProblemAtATime() {
        return new Defect() {
            @Override
            public ConfigurationException refusal(ConfigurationException sound) {
                return new ConfigurationException(sound.problems().get(0));
            }
        };
    }

    private static Set<String> known() {
        try (MemoryUnderTest broker = new MemoryUnderTest();
                KitBus bus = broker.connect(KitOptions.DEFAULT)) {
            return Set.copyOf(bus.bus().describe().settings().keySet());
        }
    }

    static Defect topologyNeverIgnored() {
        return Defect.ofOptions(asked -> asked.withTopology(KitOptions.Topology.CREATE));
    }

    /** Says that it can what it cannot, and takes what asks for it. */
    static Defect claims(Capability capability) {
        return new Defect() {
            @Override
            public Set<Capability> capabilities(Set<Capability> sound) {
                Set<Capability> more = EnumSet.copyOf(sound);
                more.add(capability);
                return more;
            }
        };
    }
}
