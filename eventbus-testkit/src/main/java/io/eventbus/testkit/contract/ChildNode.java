package io.eventbus.testkit.contract;

import io.eventbus.api.CloseReport;
import io.eventbus.api.Delivery;
import io.eventbus.api.EventBus;
import io.eventbus.api.Outcome;
import io.eventbus.testkit.contract.ChildWork.Hold;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The program of a child process: a bus with one subscription. It writes a line when a handler starts and when it has had its effect, flushed
 * at once, so that the parent's ledger knows of everything that was done before a kill. It ends with its standard input; when the system
 * asks it to end, it closes the bus first.
 *
 * <p>Concurrency: handlers and the shutdown hook write lines, one at a time.
 */
final class ChildNode {

    /** What every line begins with that is meant for the parent. */
    static final String MARK = "kit";

    static final String READY = "ready";
    static final String STARTED = "started";
    static final String EFFECT = "effect";
    static final String RETURNED = "returned";
    static final String CLOSED = "closed";

    /** What the parent may write: held handlers go on, and none is held any more. */
    static final String RELEASE = "release";

    static final String FACTORY = "factory=";
    static final String BROKER = "broker.";
    static final String BUS = "bus.";

    private static final Duration CLOSE = Duration.ofSeconds(15);

    private final PrintStream out;
    private final ChildWork work;
    private final Gate gate = new Gate();
    private final AtomicLong runs = new AtomicLong();

    private ChildNode(ChildWork work, PrintStream out) {
        this.work = work;
        this.out = out;
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, String> plain = new HashMap<>();
        Map<String, String> broker = new HashMap<>();
        Map<String, String> settings = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String key = argument.substring(0, equals);
            String value = argument.substring(equals + 1);
            if (key.startsWith(BROKER)) {
                broker.put(key.substring(BROKER.length()), value);
            } else if (key.startsWith(BUS)) {
                settings.put(key.substring(BUS.length()), value);
            } else {
                plain.put(key, value);
            }
        }
        ChildBus factory = Class.forName(plain.get("factory"))
                .asSubclass(ChildBus.class)
                .getDeclaredConstructor()
                .newInstance();
        new ChildNode(ChildWork.from(plain), System.out)
                .run(factory.start(broker, new KitOptions(settings, List.of(), KitOptions.Topology.CREATE, null)));
    }

    private void run(EventBus bus) throws IOException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(bus), "child-node-close"));
        bus.subscribe(work.spec(), this::handle);
        say(READY);
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            String line = input.readLine();
            while (line != null) {
                if (line.equals(RELEASE)) {
                    gate.open();
                }
                line = input.readLine();
            }
        }
        // The parent is gone or wants no more of us.
        System.exit(0);
    }

    private void close(EventBus bus) {
        CloseReport report = bus.close(CLOSE);
        say(CLOSED + " " + report.handlersRunning() + " " + report.eventsGivenBack() + " " + report.publishesFailed());
    }

    private Outcome handle(Delivery delivery) throws InterruptedException {
        long run = runs.incrementAndGet();
        say(STARTED + " " + run + " " + delivery.envelope().eventId() + " "
                + delivery.position().log() + " " + delivery.position().partition() + " "
                + delivery.position().offset() + " " + delivery.attempt() + " " + delivery.brokerDeliveries());
        boolean held = run >= work.holdFrom();
        if (held && work.hold() == Hold.BEFORE_EFFECT) {
            gate.pass();
        }
        Work.upTo(work.maxMillis());
        say(EFFECT + " " + run);
        if (held && work.hold() == Hold.AFTER_EFFECT) {
            gate.pass();
        }
        say(RETURNED + " " + run);
        return Outcome.ack();
    }

    private void say(String what) {
        synchronized (out) {
            out.println(MARK + " " + what);
            out.flush();
        }
    }
}
