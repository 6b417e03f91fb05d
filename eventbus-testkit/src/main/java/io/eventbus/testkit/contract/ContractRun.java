package io.eventbus.testkit.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of the contract against one broker: the broker and the report.
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

    private static final Path REPORTS = Path.of("target", "contract");

    private final BrokerUnderTest broker;
    private final List<String> lines = new ArrayList<>();

    ContractRun(BrokerUnderTest broker) {
        this.broker = broker;
    }

    BrokerUnderTest broker() {
        return broker;
    }

    /**
     * Notes what became of a test.
     *
     * @param reason why it was refused; empty if it was not
     */
    void record(String number, String test, Result result, String reason, long millis) {
        lines.add(String.join(
                ",", number, test, result.word(), reason, Long.toString(millis), broker.name(), broker.version()));
    }

    /** Writes the report, if there is to be one, and ends the broker. */
    @Override
    public void close() {
        try {
            if (broker.reported()) {
                write();
            }
        } finally {
            broker.close();
        }
    }

    private void write() {
        List<String> report = new ArrayList<>();
        report.add("number,test,outcome,reason,ms,adapter,broker version");
        lines.stream().sorted().forEach(report::add);
        try {
            Files.createDirectories(REPORTS);
            Files.write(REPORTS.resolve(broker.name() + "-" + broker.version() + ".csv"), report);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the contract report of " + broker.name(), e);
        }
    }
}
