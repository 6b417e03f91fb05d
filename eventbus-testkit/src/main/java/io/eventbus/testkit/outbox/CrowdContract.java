package io.eventbus.testkit.outbox;

import io.eventbus.testkit.contract.Behaviour;
import org.junit.jupiter.api.Tag;

/** Several relays and writers at once. */
abstract class CrowdContract extends StoreSection {

    CrowdContract(OutboxStoreContract contract) {
        super(contract);
    }

    @Behaviour("S28")
    @Tag("S28")
    void fourRelaysPublishEveryEventOnceAndInOrder() throws Exception {
        try (Crowd crowd = new Crowd(scenario(), 4, 0)) {
            crowd.run();
        }
    }

    @Behaviour("S29")
    @Tag("S29")
    void orderHoldsThoughFourRelaysFailAndGiveBack() throws Exception {
        try (Crowd crowd = new Crowd(scenario(), 4, 20)) {
            crowd.run();
        }
    }
}
