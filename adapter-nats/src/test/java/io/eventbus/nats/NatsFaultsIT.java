package io.eventbus.nats;

import io.eventbus.testkit.contract.AdapterFaults;
import io.eventbus.testkit.contract.BrokerUnderTest;
import java.time.Duration;

/** The contract under faults, on a real NATS server; connections are probed often, so that silence is noticed soon. */
class NatsFaultsIT extends AdapterFaults {

    private static final Duration PING_INTERVAL = Duration.ofSeconds(2);

    @Override
    protected BrokerUnderTest broker() {
        return new NatsUnderTest(PING_INTERVAL);
    }
}
