package io.eventbus.testkit.contract;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;

/**
 * The contract of an adapter: the one class that an adapter's test extends. Everything below it is inherited.
 *
 * <pre>{@code
 * class AcmeContractIT extends AdapterContract {
 *     @Override
 *     protected BrokerUnderTest broker() {
 *         return new AcmeUnderTest();
 *     }
 * }
 * }</pre>
 *
 * <p>The broker is started once for the class. Each test has its own topic, its own random seed (both are printed when it fails) and its
 * own buses. A run writes {@code target/contract/<adapter>.csv}: number, test, outcome ({@code passed}, {@code failed} or
 * {@code refused}), milliseconds, broker version.
 */
@Timeout(300)
public abstract class AdapterContract extends ContractSuite {

    /** For the one class that binds it. */
    protected AdapterContract() {
        super(Report.CONTRACT);
    }

    /** A freshly started broker; the kit closes it. */
    @Override
    protected abstract BrokerUnderTest broker();

    @Nested
    class PublishSubscribe extends PublishSubscribeContract {
        PublishSubscribe() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class PublishOutcome extends PublishOutcomeContract {
        PublishOutcome() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class PublishFlow extends PublishFlowContract {
        PublishFlow() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class EnvelopeAndHeaders extends EnvelopeContract {
        EnvelopeAndHeaders() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class Consequences extends ConsequenceContract {
        Consequences() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class Groups extends GroupContract {
        Groups() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class TopologySettings extends TopologyContract {
        TopologySettings() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class KeyedOrder extends KeyedOrderContract {
        KeyedOrder() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class Parallelism extends ParallelismContract {
        Parallelism() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class BrokenConnection extends BrokenConnectionContract {
        BrokenConnection() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class Redelivery extends RedeliveryContract {
        Redelivery() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class Settlement extends SettlementContract {
        Settlement() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class Retry extends RetryContract {
        Retry() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class Close extends CloseContract {
        Close() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class DeadLetters extends DeadLetterContract {
        DeadLetters() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class Lifecycle extends LifecycleContract {
        Lifecycle() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class BackPressure extends BackPressureContract {
        BackPressure() {
            super(AdapterContract.this);
        }
    }

    @Nested
    class Configuration extends ConfigurationContract {
        Configuration() {
            super(AdapterContract.this);
        }
    }
}
