package io.eventbus.testkit.contract;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** A part of the contract that runs against one broker, which is started once for the class and closed at its end, with one report. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(ContractExtension.class)
abstract class ContractSuite {

    private final Report report;
    private @Nullable ContractRun run;

    ContractSuite(Report report) {
        this.report = report;
    }

    /** A freshly started broker; the kit closes it. */
    protected abstract BrokerUnderTest broker();

    @BeforeAll
    final void startBroker() {
        run = new ContractRun(broker(), report);
    }

    @AfterAll
    final void reportAndCloseBroker() {
        if (run != null) {
            run.close();
        }
    }

    final ContractRun run() {
        if (run == null) {
            throw new IllegalStateException("the broker of " + getClass().getName() + " was not started");
        }
        return run;
    }
}
