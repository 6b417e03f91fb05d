package io.eventbus.testkit.outbox;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;

/**
 * The contract of an outbox store: the one class that the test of an implementation of {@link io.eventbus.api.outbox.OutboxStore} extends.
 * Everything below it is inherited.
 *
 * <pre>{@code
 * class ShopStoreTest extends OutboxStoreContract {
 *     @Override
 *     protected StoreUnderTest store() {
 *         return new ShopStoreUnderTest(dataSource);
 *     }
 * }
 * }</pre>
 *
 * <p>Every test has a table of its own. Whatever it is about, each claim in it is held against a model of the port: nothing that is not committed, that is
 * published, dead, waiting or claimed by somebody else, nothing before an earlier one of its aggregate, and every event as it was appended.
 */
@Timeout(120)
public abstract class OutboxStoreContract {

    private @Nullable StoreScenario scenario;

    /** For the one class that binds it. */
    protected OutboxStoreContract() {}

    /** A store on a fresh, empty table; called before each test, closed by the kit after it. */
    protected abstract StoreUnderTest store() throws Exception;

    @BeforeEach
    final void openStore() throws Exception {
        scenario = new StoreScenario(store());
    }

    @AfterEach
    final void closeStore() throws Exception {
        if (scenario != null) {
            scenario.close();
        }
    }

    /** The scenario of the running test. */
    final StoreScenario scenario() {
        if (scenario == null) {
            throw new IllegalStateException("no test is running");
        }
        return scenario;
    }

    @Nested
    class Claims extends ClaimContract {
        Claims() {
            super(OutboxStoreContract.this);
        }
    }

    @Nested
    class Rows extends RowContract {
        Rows() {
            super(OutboxStoreContract.this);
        }
    }

    @Nested
    class Leases extends LeaseContract {
        Leases() {
            super(OutboxStoreContract.this);
        }
    }

    @Nested
    class Settlement extends RecordSettlementContract {
        Settlement() {
            super(OutboxStoreContract.this);
        }
    }

    @Nested
    class Failures extends FailureContract {
        Failures() {
            super(OutboxStoreContract.this);
        }
    }

    @Nested
    class Crowds extends CrowdContract {
        Crowds() {
            super(OutboxStoreContract.this);
        }
    }
}
