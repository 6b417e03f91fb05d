package io.eventbus.nats;

import io.eventbus.testkit.contract.AdapterContract;
import io.eventbus.testkit.contract.BrokerUnderTest;

/** The contract, on a real NATS server. */
class NatsContractIT extends AdapterContract {

    @Override
    protected BrokerUnderTest broker() {
        return new NatsUnderTest();
    }
}
