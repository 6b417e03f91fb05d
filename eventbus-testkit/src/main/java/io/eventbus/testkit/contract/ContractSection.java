package io.eventbus.testkit.contract;

import org.jspecify.annotations.Nullable;

/** A section of the contract; its tests reach their scenario through it. */
abstract class ContractSection {

    /** What is said where handlers of one key ran at the same time. */
    static final String OVERLAPS = "handlers that ran beside another one of their key";

    private final ContractSuite suite;
    private @Nullable Scenario scenario;

    ContractSection(ContractSuite suite) {
        this.suite = suite;
    }

    final ContractRun run() {
        return suite.run();
    }

    final void begin(Scenario value) {
        scenario = value;
    }

    /** The scenario of the running test. */
    final Scenario scenario() {
        if (scenario == null) {
            throw new IllegalStateException("no test is running");
        }
        return scenario;
    }
}
