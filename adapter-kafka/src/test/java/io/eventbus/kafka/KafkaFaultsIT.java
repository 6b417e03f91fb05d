package io.eventbus.kafka;

import io.eventbus.testkit.contract.AdapterFaults;
import io.eventbus.testkit.contract.BrokerUnderTest;

/** The contract under faults, on a real Kafka broker. */
class KafkaFaultsIT extends AdapterFaults {

    @Override
    protected BrokerUnderTest broker() {
        return new KafkaUnderTest();
    }
}
