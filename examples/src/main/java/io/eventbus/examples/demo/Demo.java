package io.eventbus.examples.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.eventbus.api.EventBusException;
import io.eventbus.testkit.broker.BrokerUnavailableException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The demo's command line. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        version = "eventbus demo 0.1.0",
        sortOptions = false,
        usageHelpWidth = 110,
        description = {
            "Publishes events, consumes them in order per aggregate, and proves from a ledger what arrived.",
            "Without options: 10,000 made-up events on the in-memory broker, NATS JetStream and Kafka, one after the other."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Every ledger is exact.",
            "1:A ledger is not exact.",
            "2:The command line is wrong.",
            "3:A broker or a database could not be found, started or reached.",
            "4:The input file is malformed.",
            "143:Ended by SIGTERM, after closing in order."
        })
final class Demo implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--broker",
            paramLabel = "NAME",
            defaultValue = "all",
            description = "memory, nats, kafka or all (default).")
    private String broker = "all";

    @Option(
            names = "--input",
            paramLabel = "FILE.jsonl",
            description =
                    "Replay a file of one JSON event a line: aggregate_id, event_type, event_version, timestamp, payload.")
    private @Nullable Path input;

    @Option(
            names = "--load",
            paramLabel = "LOAD",
            defaultValue = "extreme",
            description =
                    "low (500), medium (2,000), high (5,000), extreme (10,000, default) events, or a number of them.")
    private String load = "extreme";

    @Option(
            names = "--topics",
            paramLabel = "N",
            defaultValue = "5",
            description = "Topics the events are spread over (default 5).")
    private int topics = 5;

    @Option(
            names = "--aggregates",
            paramLabel = "N",
            description = "Aggregates the made-up events belong to (default: events / 10, at least 50, at most 1,000).")
    private @Nullable Integer aggregates;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "256",
            description = "Size of a made-up payload (default 256).")
    private int payload = 256;

    @Option(
            names = "--fail-rate",
            paramLabel = "R",
            defaultValue = "0",
            description = "Share of the events whose first attempt throws, 0 to 1 (default 0).")
    private double failRate;

    @Option(
            names = "--handler-ms",
            paramLabel = "MS",
            defaultValue = "0",
            description = "How long each handler takes (default 0).")
    private int handlerMillis;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "0",
            description = "Kill the broker (SIGKILL) and restart it N times during the run (default 0).")
    private int kills;

    @Option(
            names = "--cuts",
            paramLabel = "N",
            defaultValue = "0",
            description = "Cut the TCP connections N times during the run (default 0).")
    private int cuts;

    @Option(
            names = "--outbox",
            description =
                    "Commit the events with changes of orders in a database, and relay them from its outbox to the broker.")
    private boolean outbox;

    @Option(
            names = "--db",
            paramLabel = "NAME",
            description = "The database of the outbox: h2 (in memory, default), postgres or mariadb.")
    private @Nullable String db;

    @Option(
            names = "--rollback-rate",
            paramLabel = "R",
            description =
                    "Share of the transactions that are rolled back, and then done again, 0 to 0.9 (default 0.1).")
    private @Nullable Double rollbackRate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "42",
            description = "Seed of everything random (default 42).")
    private long seed = 42;

    @Option(
            names = "--skip-bad",
            description =
                    "Count malformed lines of the input and go on, instead of stopping before anything is published.")
    private boolean skipBad;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the results as JSON too; - for standard output instead of the table.")
    private @Nullable String json;

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private volatile @Nullable DemoRun current;
    private volatile boolean finished;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Demo()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<DemoBroker.Kind> kinds = kinds();
        DemoOptions options = options();
        Workload workload;
        try {
            workload = workload();
        } catch (BadInputException e) {
            err.println("demo: " + e.getMessage());
            return 4;
        }
        if (workload.skippedLines() > 0) {
            err.println("demo: skipped " + workload.skippedLines() + " malformed lines of " + input);
        }
        Thread hook = new Thread(this::interrupted, "demo-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        List<DemoReport> reports = new ArrayList<>();
        try {
            for (DemoBroker.Kind kind : kinds) {
                reports.add(run(kind, workload, options));
            }
        } catch (BrokerUnavailableException | EventBusException e) {
            err.println("demo: " + e.getMessage());
            return 3;
        } catch (SQLException e) {
            err.println("demo: the database does not do what it is asked for: " + e.getMessage());
            return 3;
        } finally {
            finished = true;
        }
        print(reports);
        return reports.stream().allMatch(DemoReport::exact) ? 0 : 1;
    }

    private DemoReport run(DemoBroker.Kind kind, Workload workload, DemoOptions options)
            throws InterruptedException, SQLException {
        String name = kind.name().toLowerCase(Locale.ROOT);
        OutboxOptions withOutbox = options.outbox();
        err.println(name + ": starting the broker" + (withOutbox == null ? "" : " and " + withOutbox.database()));
        try (DemoBroker started = DemoBroker.start(kind, options.faults());
                DemoDatabase database = withOutbox == null ? null : DemoDatabase.start(withOutbox.database())) {
            // The script knows whether standard error is a terminal; Java tells it apart from a pipe on some versions
            // only.
            boolean terminal = Boolean.getBoolean("demo.terminal");
            ProgressLine progress =
                    new ProgressLine(err, terminal, name, workload.events().size());
            DemoRun run = new DemoRun(started, database, workload, options, progress);
            current = run;
            DemoReport report = run.run();
            current = null;
            return report;
        }
    }

    /** Runs in the shutdown hook: the broker is still there, so the bus can be closed as it should. */
    private void interrupted() {
        DemoRun run = current;
        if (run != null && !finished) {
            err.println();
            err.println("demo: " + run.interrupt(Duration.ofSeconds(10)));
        }
    }

    private void print(List<DemoReport> reports) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        if ("-".equals(json)) {
            out.println(mapper.writeValueAsString(reports));
            return;
        }
        out.println();
        out.print(ReportTable.of(reports));
        if (json != null) {
            Files.writeString(Path.of(json), mapper.writeValueAsString(reports) + System.lineSeparator());
        }
    }

    private Workload workload() {
        if (input != null) {
            return ReplayWorkload.read(input, topics, skipBad);
        }
        int events = events();
        int keys = aggregates != null ? aggregates : Math.max(50, Math.min(1_000, events / 10));
        return SyntheticWorkload.of(events, topics, Math.min(keys, events), payload, seed);
    }

    private int events() {
        return switch (load.toLowerCase(Locale.ROOT)) {
            case "low" -> 500;
            case "medium" -> 2_000;
            case "high" -> 5_000;
            case "extreme" -> 10_000;
            default -> wholeNumber(load);
        };
    }

    private int wholeNumber(String text) {
        try {
            int number = Integer.parseInt(text.replace("_", ""));
            return inRange("--load", number, 1, 50_000_000);
        } catch (NumberFormatException e) {
            throw usage("--load is '" + text + "'; use low, medium, high, extreme or a number of events");
        }
    }

    private List<DemoBroker.Kind> kinds() {
        if (broker.equalsIgnoreCase("all")) {
            return List.of(DemoBroker.Kind.values());
        }
        try {
            return List.of(DemoBroker.Kind.valueOf(broker.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw usage("--broker is '" + broker + "'; use memory, nats, kafka or all");
        }
    }

    private DemoOptions options() {
        inRange("--topics", topics, 1, 1_000);
        inRange("--payload", payload, 0, 700_000);
        inRange("--handler-ms", handlerMillis, 0, 600_000);
        inRange("--kills", kills, 0, 100);
        inRange("--cuts", cuts, 0, 1_000);
        if (aggregates != null) {
            inRange("--aggregates", aggregates, 1, 10_000_000);
        }
        if (!(failRate >= 0 && failRate <= 1)) {
            throw usage("--fail-rate is " + failRate + "; it must be in 0 ... 1");
        }
        return new DemoOptions(failRate, Duration.ofMillis(handlerMillis), kills, cuts, seed, outboxOptions());
    }

    private @Nullable OutboxOptions outboxOptions() {
        if (!outbox) {
            if (db != null || rollbackRate != null) {
                throw usage((db != null ? "--db" : "--rollback-rate") + " goes with --outbox only");
            }
            return null;
        }
        double rate = rollbackRate == null ? 0.1 : rollbackRate;
        if (!(rate >= 0 && rate <= OutboxOptions.MOST_ROLLBACKS)) {
            throw usage("--rollback-rate is " + rate + "; it must be in 0 ... " + OutboxOptions.MOST_ROLLBACKS);
        }
        return new OutboxOptions(database(), rate);
    }

    private DemoDatabase.Kind database() {
        if (db == null) {
            return DemoDatabase.Kind.H2;
        }
        try {
            return DemoDatabase.Kind.valueOf(db.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw usage("--db is '" + db + "'; use h2, postgres or mariadb");
        }
    }

    private int inRange(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw usage(option + " is " + value + "; it must be in " + min + " ... " + max);
        }
        return value;
    }

    private ParameterException usage(String message) {
        CommandSpec known = spec;
        return new ParameterException(known == null ? new CommandLine(this) : known.commandLine(), message);
    }
}
