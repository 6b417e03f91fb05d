package io.eventbus.testkit.contract;

import java.util.ArrayList;
import java.util.List;

/**
 * A run of a part of the contract against one broker: the broker and the report.
 *
 * <p>Concurrency: used by one test thread at a time.
 */
final class ContractRun implements AutoCloseable {

    enum Result {
        PASSED,
        FAILED,
        REFUSED;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final BrokerUnderTest broker;
    private final Report report;
    private final List<String> lines = new ArrayList<>();

    ContractRun(BrokerUnderTest broker, Report report) {
        this.broker = broker;
        this.report = report;
    }

    BrokerUnderTest broker() {
        return broker;
    }

    void record(Report.Entry entry) {
        lines.add(report.line(entry));
    }

    /** Writes the report, if there is to be one, and ends the broker. */
    @Override
    public void close() {
        try {
            if (broker.reported()) {
                report.write(broker.name() + "-" + broker.version(), lines);
            }
        } finally {
            broker.close();
        }
    }
}
