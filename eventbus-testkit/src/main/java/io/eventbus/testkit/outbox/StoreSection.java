package io.eventbus.testkit.outbox;

import java.time.Duration;

/** A section of the contract of a store; its tests reach their scenario through it. */
abstract class StoreSection {

    /** How long is watched for what must not happen. */
    static final Duration WHILE = Duration.ofMillis(300);

    /** A delay or lease that no test sees the end of. */
    static final Duration LONG = Duration.ofMinutes(10);

    private final OutboxStoreContract contract;

    StoreSection(OutboxStoreContract contract) {
        this.contract = contract;
    }

    final StoreScenario scenario() {
        return contract.scenario();
    }
}
