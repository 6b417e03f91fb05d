package io.eventbus.kafka;

import io.eventbus.testkit.contract.AdapterContract;
import io.eventbus.testkit.contract.BrokerUnderTest;

/** The contract, on a real Kafka broker. */
class KafkaContractIT extends AdapterContract {

    @Override
    protected BrokerUnderTest broker() {
        return new KafkaUnderTest();
    }
}
