package io.eventbus.testkit.contract;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;

/**
 * The contract of an adapter under faults: killed brokers, cut, silent and slow lines, deleted topics, members that come and go, killed
 * and frozen processes. It takes minutes, so it is a class of its own; an adapter binds it as it binds {@link AdapterContract}, with the
 * same {@link BrokerUnderTest}:
 *
 * <pre>{@code
 * class AcmeFaultsIT extends AdapterFaults {
 *     @Override
 *     protected BrokerUnderTest broker() {
 *         return new AcmeUnderTest();
 *     }
 * }
 * }</pre>
 *
 * <p>Every behaviour ends with the ledger check and its own bound on duplicates. A run writes {@code target/faults/<adapter>.csv}: as the
 * report of the contract, and how many duplicates there were, how many there may be, and what else was measured.
 *
 * <p>System properties shorten the long ones: {@code eventbus.faults.cut} (seconds that a line is cut, 30), {@code eventbus.faults.storm}
 * (seconds that members come and go, 60), {@code eventbus.faults.kills} (processes killed, 20).
 */
@Timeout(900)
public abstract class AdapterFaults extends ContractSuite {

    /** For the one class that binds it. */
    protected AdapterFaults() {
        super(Report.FAULTS);
    }

    /** A freshly started broker; the kit closes it. */
    @Override
    protected abstract BrokerUnderTest broker();

    @Nested
    class Lines extends LineFaultContract {
        Lines() {
            super(AdapterFaults.this);
        }
    }

    @Nested
    class Publishers extends PublisherFaultContract {
        Publishers() {
            super(AdapterFaults.this);
        }
    }

    @Nested
    class DeletedTopics extends DeletedTopicContract {
        DeletedTopics() {
            super(AdapterFaults.this);
        }
    }

    @Nested
    class Members extends MemberFaultContract {
        Members() {
            super(AdapterFaults.this);
        }
    }

    @Nested
    class Processes extends ProcessFaultContract {
        Processes() {
            super(AdapterFaults.this);
        }
    }
}
