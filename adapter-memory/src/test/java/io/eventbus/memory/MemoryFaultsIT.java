package io.eventbus.memory;

import io.eventbus.testkit.contract.AdapterFaults;
import io.eventbus.testkit.contract.BrokerUnderTest;

/** The contract under faults, on the in-process broker, which has no lines, topics or processes that could be lost alone. */
class MemoryFaultsIT extends AdapterFaults {

    @Override
    protected BrokerUnderTest broker() {
        return new MemoryUnderTest();
    }
}
