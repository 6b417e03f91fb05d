package io.eventbus.testkit.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A kind of report: where it is written and what stands in its lines. */
enum Report {
    /** What every adapter must show. */
    CONTRACT("contract", "number,test,outcome,reason,ms,adapter,broker version") {
        @Override
        String line(Entry entry) {
            return start(entry);
        }
    },
    /** What happens under faults: also how often events were handled twice, how often they may be, and what else was measured. */
    FAULTS("faults", "number,test,outcome,reason,ms,adapter,broker version,duplicates,bound,measured") {
        @Override
        String line(Entry entry) {
            Scenario scenario = entry.scenario();
            return String.join(
                    ",",
                    start(entry),
                    Integer.toString(scenario.duplicates()),
                    Integer.toString(scenario.duplicatesAllowed()),
                    scenario.measured());
        }
    };

    /** One behaviour that was tried; why it was refused, or empty. */
    record Entry(
            String number, String test, ContractRun.Result result, String reason, long millis, Scenario scenario) {}

    private final Path directory;
    private final String header;

    Report(String directory, String header) {
        this.directory = Path.of("target", directory);
        this.header = header;
    }

    abstract String line(Entry entry);

    /** Writes the report of an adapter. */
    void write(String adapter, List<String> lines) {
        List<String> report = new ArrayList<>();
        report.add(header);
        lines.stream().sorted().forEach(report::add);
        try {
            Files.createDirectories(directory);
            Files.write(directory.resolve(adapter + ".csv"), report);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the " + directory + " report of " + adapter, e);
        }
    }

    private static String start(Entry entry) {
        return String.join(
                ",",
                entry.number(),
                entry.test(),
                entry.result().word(),
                entry.reason(),
                Long.toString(entry.millis()),
                entry.scenario().broker().name(),
                entry.scenario().broker().version());
    }
}
