package io.eventbus.memory;

import io.eventbus.testkit.contract.AdapterContract;
import io.eventbus.testkit.contract.BrokerUnderTest;

/** The contract, on the memory adapter. */
class MemoryContractIT extends AdapterContract {

    @Override
    protected BrokerUnderTest broker() {
        return new MemoryUnderTest();
    }
}
