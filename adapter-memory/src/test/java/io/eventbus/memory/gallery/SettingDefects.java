package io.eventbus.memory.gallery;

import io.eventbus.api.Capability;
import io.eventbus.testkit.contract.KitOptions;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Settings that are accepted and do nothing, or do something else. */
final class SettingDefects {

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
