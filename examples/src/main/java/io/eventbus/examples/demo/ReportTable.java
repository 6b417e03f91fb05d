package io.eventbus.examples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The table for people: one column per broker. */
final class ReportTable {

    private final List<DemoReport> reports;
    private final StringBuilder text = new StringBuilder();

    private ReportTable(List<DemoReport> reports) {
        this.reports = reports;
    }

    static String of(List<DemoReport> reports) {
        return new ReportTable(reports).build();
    }

    private String build() {
        row("", DemoReport::broker);
        row("version", DemoReport::brokerVersion);
        number("events", r -> (long) r.events());
        number("aggregates", r -> (long) r.aggregates());
        number("topics", r -> (long) r.topics());
        number("acknowledged", r -> (long) r.acknowledged());
        number("publish failed", r -> (long) r.publishFailed());
        number("handled", r -> (long) r.handled());
        number("retried", DemoReport::retried);
        number("dead-lettered", DemoReport::deadLettered);
        number("duplicates", r -> (long) r.duplicates());
        number("gaps", r -> (long) r.gaps());
        number("reordered", r -> (long) r.reordered());
        number("overlapped", r -> (long) r.overlapped());
        number("events/s", DemoReport::throughputPerSecond);
        decimal("latency p50, ms", r -> r.latency().p50());
        decimal("latency p99, ms", r -> r.latency().p99());
        decimal("latency p99.9, ms", r -> r.latency().p999());
        outbox();
        number("peak threads", r -> (long) r.peakThreads());
        number("heap after GC, MB", DemoReport::heapMbAfterGc);
        row("ledger", r -> r.exact() ? "exact" : "WRONG");
        for (DemoReport report : reports) {
            if (!report.exact()) {
                text.append(report.broker())
                        .append(": ")
                        .append(report.ledger())
                        .append('\n');
            }
        }
        return text.toString();
    }

    private void outbox() {
        if (reports.stream().allMatch(r -> r.outbox() == null)) {
            return;
        }
        row("outbox", r -> text(r, o -> o.database()));
        row("committed", r -> text(r, o -> String.format(Locale.ROOT, "%,d", o.committed())));
        row("rolled back", r -> text(r, o -> String.format(Locale.ROOT, "%,d", o.rolledBack())));
        row("relayed", r -> text(r, o -> String.format(Locale.ROOT, "%,d", o.relayed())));
        row("dead in the outbox", r -> text(r, o -> String.format(Locale.ROOT, "%,d", o.dead())));
        row(
                "to ack p50, ms",
                r -> text(
                        r,
                        o -> String.format(Locale.ROOT, "%.1f", o.commitToAck().p50())));
        row(
                "to ack p99, ms",
                r -> text(
                        r,
                        o -> String.format(Locale.ROOT, "%.1f", o.commitToAck().p99())));
    }

    private static String text(DemoReport report, Function<DemoReport.Outbox, String> value) {
        DemoReport.Outbox outbox = report.outbox();
        return outbox == null ? "" : value.apply(outbox);
    }

    private void number(String label, Function<DemoReport, Long> value) {
        row(label, r -> String.format(Locale.ROOT, "%,d", value.apply(r)));
    }

    private void decimal(String label, Function<DemoReport, Double> value) {
        row(label, r -> String.format(Locale.ROOT, "%.1f", value.apply(r)));
    }

    private void row(String label, Function<DemoReport, String> value) {
        List<String> cells = new ArrayList<>();
        for (DemoReport report : reports) {
            cells.add(String.format(Locale.ROOT, "%14s", value.apply(report)));
        }
        text.append(String.format(Locale.ROOT, "%-20s%s%n", label, String.join("", cells)));
    }
}
