package io.eventbus.memory.gallery;

import io.eventbus.api.Capability;
import io.eventbus.api.ConfigurationException;
import io.eventbus.api.EventBus;
import io.eventbus.api.spi.Transport;
import io.eventbus.memory.MemoryUnderTest;
import io.eventbus.testkit.contract.KitBus;
import io.eventbus.testkit.contract.KitOptions;
import io.eventbus.testkit.contract.Link;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A memory broker whose buses all have the same defect. */
final class GalleryBroker extends MemoryUnderTest {

    private final Mutant mutant;
    private final Duration patience;
    private final List<Defect> defects = new CopyOnWriteArrayList<>();

    GalleryBroker(Mutant mutant, Duration patience) {
        this.mutant = mutant;
        this.patience = patience;
    }

    @Override
    public boolean reported() {
        return false;
    }

    @Override
    public Duration patience() {
        return patience;
    }

    @Override
    public Set<Capability> capabilities() {
        return mutant.defect().capabilities(super.capabilities());
    }

    @Override
    public KitBus connect(KitOptions options) {
        Defect defect = mutant.defect();
        KitBus sound;
        try {
            sound = connect(defect.options(options), transport -> declaring(defect, defect.transport(transport)));
        } catch (ConfigurationException e) {
            throw defect.refusal(e);
        }
        defects.add(defect);
        return new MutantBus(defect.bus(sound.bus()), defect.link(sound.link()), sound);
    }

    @Override
    public void killBroker() {
        defects.forEach(Defect::brokerDies);
        super.killBroker();
    }

    private static Transport declaring(Defect defect, Transport transport) {
        return new ForwardingTransport(transport) {
            @Override
            public Set<Capability> capabilities() {
                return defect.capabilities(super.capabilities());
            }
        };
    }

    private record MutantBus(EventBus bus, Link link, KitBus sound) implements KitBus {
        @Override
        public void close() {
            sound.close();
        }
    }
}
