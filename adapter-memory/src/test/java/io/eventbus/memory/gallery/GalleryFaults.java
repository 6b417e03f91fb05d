package io.eventbus.memory.gallery;

import io.eventbus.testkit.contract.AdapterFaults;
import io.eventbus.testkit.contract.BrokerUnderTest;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract under faults on a mutant, as far as the memory broker can be broken; only a {@link KitRun} runs it. */
@ExtendWith(GalleryContract.MutantOfTheRun.class)
class GalleryFaults extends AdapterFaults {

    private final GalleryBroker broker;

    GalleryFaults(GalleryBroker broker) {
        this.broker = broker;
    }

    @Override
    protected BrokerUnderTest broker() {
        return broker;
    }
}
