package io.eventbus.testkit.contract;

import io.eventbus.api.Delivery;
import io.eventbus.api.Position;
import io.eventbus.testkit.broker.ChildJvm;
import io.eventbus.testkit.contract.Handling.End;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * One process of a scenario in a JVM of its own, whose handlers are entered into the ledger from the lines it writes. What it did before it
 * was killed is known in full when {@link #kill} has returned.
 *
 * <p>Concurrency: driven by the test thread; the lines arrive on a thread of their own and only touch the ledger and concurrent collections.
 */
final class ChildProcess implements AutoCloseable {

    private static final Duration END = Duration.ofSeconds(30);

    private final String name;
    private final Ledger ledger;
    private final Reading reading;
    private final ChildJvm jvm;
    private final Map<String, Handling> inside = new ConcurrentHashMap<>();
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private volatile boolean ready;
    private volatile @Nullable String closed;

    ChildProcess(String name, ChildBinding binding, KitOptions options, ChildWork work, Ledger ledger) {
        this.name = name;
        this.ledger = ledger;
        this.reading = ledger.reading(work.group(), work.topic());
        List<String> arguments = new ArrayList<>(work.arguments());
        arguments.add(ChildNode.FACTORY + binding.bus().getName());
        binding.properties().forEach((key, value) -> arguments.add(ChildNode.BROKER + key + "=" + value));
        options.settings().forEach((key, value) -> arguments.add(ChildNode.BUS + key + "=" + value));
        this.jvm = ChildJvm.start(ChildNode.class.getName(), arguments, this::line);
    }

    /** Whether its subscription has started. A process that died before fails the test with what it logged. */
    boolean isReady() {
        if (!ready && !jvm.isAlive()) {
            throw new AssertionError(name + " ended before it was ready:\n" + jvm.errors());
        }
        return ready;
    }

    /** How many of its handlers have started and not returned. */
    int inside() {
        return inside.size();
    }

    /** How many of its handlers have had their effect and not returned. */
    int beforeReturn() {
        return held.size();
    }

    /** Lets held handlers go on; none is held any more. */
    void release() {
        jvm.tell(ChildNode.RELEASE);
    }

    /** Dies at once (SIGKILL): nothing it does counts any more. */
    void kill() {
        jvm.kill();
        reading.abandon(name);
    }

    /** Ends as the system asks a process to end (SIGTERM); returns its exit status. */
    int terminate() {
        int status = jvm.terminate(END);
        reading.abandon(name);
        return status;
    }

    /** Freezes (SIGSTOP). */
    void freeze() {
        jvm.pause();
    }

    /** Goes on (SIGCONT). */
    void thaw() {
        jvm.unpause();
    }

    /** What its close reported: handlers running, events given back, publishes failed; null if it did not close in order. */
    @Nullable
    String closeReport() {
        return closed;
    }

    /** What it wrote that makes no sense. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /** Its log. */
    String log() {
        return jvm.errors();
    }

    @Override
    public void close() {
        jvm.close();
        reading.abandon(name);
    }

    private void line(String line) {
        String[] words = line.split(" ");
        if (words.length < 2 || !words[0].equals(ChildNode.MARK)) {
            return;
        }
        try {
            switch (words[1]) {
                case ChildNode.READY -> ready = true;
                case ChildNode.STARTED -> inside.put(words[2], reading.started(name, delivery(words)));
                case ChildNode.EFFECT -> {
                    reading.ended(run(words[2]), End.ACKNOWLEDGED);
                    held.add(words[2]);
                }
                case ChildNode.RETURNED -> {
                    held.remove(words[2]);
                    inside.remove(words[2]);
                }
                case ChildNode.CLOSED -> closed = line.substring(line.indexOf(words[2]));
                default -> problems.add(line);
            }
        } catch (RuntimeException | AssertionError e) {
            problems.add(line + ": " + e);
        }
    }

    private Handling run(String number) {
        Handling run = inside.get(number);
        if (run == null) {
            throw new IllegalStateException("handler " + number + " never started");
        }
        return run;
    }

    private Delivery delivery(String[] words) {
        return new Delivery(
                ledger.publication(words[3]).envelope(),
                reading.topic(),
                new Position(words[4], Integer.parseInt(words[5]), Long.parseLong(words[6])),
                Integer.parseInt(words[7]),
                Integer.parseInt(words[8]),
                Instant.now());
    }

    @Override
    public String toString() {
        return name + " (process " + jvm.pid() + ")";
    }
}
