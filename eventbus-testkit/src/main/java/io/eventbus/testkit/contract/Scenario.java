package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Capability;
import io.eventbus.api.Envelope;
import io.eventbus.api.Ordering;
import io.eventbus.api.RetryPolicy;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;
import org.jspecify.annotations.Nullable;

/**
 * What one test plays with: a topic and group of its own, seeded randomness, nodes, gates, and the {@link Ledger} that is checked at the
 * end.
 *
 * <p>Concurrency: driven by the test thread; {@link #ledger()} may be used from any thread.
 */
final class Scenario implements AutoCloseable {

    /** How long the kit waits on a sound adapter for what must happen. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofMillis(20);
    private static final int SHOWN = 5;

    private final BrokerUnderTest broker;
    private final Duration patience;
    private final long seed = Long.getLong("eventbus.kit.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Topic topic;
    private final String group;
    private final Ledger ledger = new Ledger();
    private final List<Node> nodes = new CopyOnWriteArrayList<>();
    private final List<ChildProcess> children = new CopyOnWriteArrayList<>();
    private final List<Gate> gates = new CopyOnWriteArrayList<>();
    private final Set<String> pending = new HashSet<>();
    private int duplicatesAllowed;
    private String measured = "";
    private boolean brokerDown;

    Scenario(BrokerUnderTest broker, String number) {
        this.broker = broker;
        this.patience = broker.patience();
        String suffix = Long.toString(System.currentTimeMillis() % 1_000_000_000, 36)
                + Integer.toHexString(new Random().nextInt());
        this.topic = Topic.of("kit." + number + "." + suffix);
        this.group = "g-" + number;
    }

    BrokerUnderTest broker() {
        return broker;
    }

    Topic topic() {
        return topic;
    }

    /** A further topic of this test. */
    Topic topic(String token) {
        return Topic.of(topic + "." + token);
    }

    String group() {
        return group;
    }

    Random random() {
        return random;
    }

    Ledger ledger() {
        return ledger;
    }

    boolean has(Capability capability) {
        return broker.capabilities().contains(capability);
    }

    // ---- processes

    Node connect() {
        return connect(KitOptions.DEFAULT);
    }

    /** A new process; the kit closes it. */
    Node connect(KitOptions options) {
        Node node = new Node("node-" + (nodes.size() + 1), broker.connect(options), ledger, topic);
        nodes.add(node);
        assertThat(node.bus().capabilities().supported())
                .as("capabilities declared by the bus")
                .isEqualTo(broker.capabilities());
        return node;
    }

    /** A process of its own, whose subscription runs when this returns; the kit ends it. */
    ChildProcess spawn(ChildWork work) {
        return spawn(KitOptions.DEFAULT, work);
    }

    /** As {@link #spawn(ChildWork)}, with settings of its bus. */
    ChildProcess spawn(KitOptions options, ChildWork work) {
        String name = "child-" + (children.size() + 1);
        ChildProcess child = new ChildProcess(name, requireChildren(), options, work, ledger);
        children.add(child);
        await(name + " is ready", child::isReady);
        return child;
    }

    /** Ends the test as refused if other processes cannot reach the broker. To be called first. */
    ChildBinding requireChildren() {
        return broker.child()
                .orElseThrow(() -> new BindingCannot(broker.name(), "cannot be reached from another process"));
    }

    /** A time after which the broker has given up on messages of an owner from which it hears nothing. */
    Duration silence() {
        Duration deadline = broker.ackDeadline().orElse(broker.takeOver());
        return deadline.compareTo(broker.takeOver()) > 0 ? deadline : broker.takeOver();
    }

    /** Kills the broker and starts it again. */
    void restartBroker() {
        killBroker();
        startBroker();
    }

    void killBroker() {
        requireKillable();
        brokerDown = true;
        broker.killBroker();
    }

    void startBroker() {
        broker.startBroker();
        brokerDown = false;
    }

    /** Ends the test as refused if topics cannot be deleted. To be called first. */
    void requireDeletableTopics() {
        if (!broker.canDeleteTopics()) {
            throw new BindingCannot(broker.name(), "cannot delete topics");
        }
    }

    /** Deletes the topic behind everybody's back. */
    void deleteTopic() {
        orRefused(() -> broker.deleteTopic(topic));
    }

    /** Deletes the scenario's group behind everybody's back. */
    void deleteGroup() {
        orRefused(() -> broker.deleteGroup(topic, group));
    }

    /** Does something to the broker or a link; if the binding cannot, the test ends as refused. */
    void orRefused(Runnable deed) {
        try {
            deed.run();
        } catch (UnsupportedOperationException e) {
            throw new BindingCannot(broker.name(), String.valueOf(e.getMessage()));
        }
    }

    /** Ends the test as refused if the broker cannot be killed. To be called first. */
    void requireKillable() {
        if (!broker.canKill()) {
            throw new BindingCannot(broker.name(), "cannot be killed by the kit");
        }
    }

    /** A gate that the kit opens at the end if the test does not. */
    Gate gate() {
        Gate gate = new Gate();
        gates.add(gate);
        return gate;
    }

    // ---- what to subscribe to and what to publish

    /** A keyed subscription of the scenario's group to its topic, with short back-offs and no limit of attempts. */
    SubscriptionSpec.Builder spec() {
        return spec(topic, group);
    }

    SubscriptionSpec.Builder spec(Topic of, String in) {
        return SubscriptionSpec.builder(of, in)
                .retryPolicy(RetryPolicy.DEFAULT
                        .withMaxAttempts(0)
                        .withBackoff(Duration.ofMillis(10), Duration.ofMillis(100)));
    }

    /** As {@link #spec()}, without order. */
    SubscriptionSpec.Builder unordered() {
        return unordered(topic, group);
    }

    SubscriptionSpec.Builder unordered(Topic of, String in) {
        return spec(of, in).ordering(Ordering.NONE);
    }

    /** Events spread evenly over keys, the keys in turn. */
    List<Envelope> events(int count, int keys) {
        List<Envelope> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            events.add(event("key-" + i % keys));
        }
        return events;
    }

    /** Events of one key; of none if it is null. */
    List<Envelope> eventsOf(@Nullable String key, int count) {
        List<Envelope> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            events.add(event(key));
        }
        return events;
    }

    Envelope event(@Nullable String key) {
        return Envelope.builder("kit.Tested")
                .aggregateId(key)
                .payload("{\"kit\":true}")
                .build();
    }

    /** As {@link #events(int, int)}, of a type of their own. */
    List<Envelope> events(String type, int count, int keys) {
        List<Envelope> events = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            events.add(Envelope.builder(type)
                    .aggregateId("key-" + i % keys)
                    .payload("{\"kit\":true}")
                    .build());
        }
        return events;
    }

    /** Random bytes, which no compression makes smaller. */
    byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    // ---- waiting

    void await(String what, Callable<Boolean> condition) {
        await(what, patience, condition);
    }

    void await(String what, Duration atMost, Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL)
                    .atMost(atMost)
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("not within " + atMost + ": " + what, e);
        }
    }

    /** Demands that the condition holds now and for so long; what must not happen needs a time in which it could. */
    void stays(String what, Duration time, Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL)
                    .during(time)
                    .atMost(time.plusSeconds(10))
                    .failFast("no longer: " + what, () -> !condition.call())
                    .until(() -> true);
        } catch (TerminalFailureException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    /** Waits until every publish so far has its outcome. */
    void awaitPublished() {
        try {
            await("every publish has its outcome", ledger::allSettled);
        } catch (AssertionError e) {
            List<Publication> open = ledger.unsettled();
            throw new AssertionError(e.getMessage() + "; " + open.size() + " have none, such as " + firstOf(open), e);
        }
    }

    /** Waits until every publish so far has its outcome, and demands that it is the broker's acknowledgement. */
    void awaitAcknowledged() {
        awaitPublished();
        List<String> failed = new ArrayList<>();
        for (Publication publication : ledger.publications()) {
            if (publication.isFailed()) {
                failed.add(publication + " " + publication.results());
            }
        }
        assertThat(firstOf(failed))
                .as("publishes that failed, " + failed.size())
                .isEmpty();
    }

    /** Waits until the scenario's group has handled or dead-lettered all that was acknowledged on its topic. */
    Reading awaitHandled() {
        return awaitHandled(topic, group);
    }

    Reading awaitHandled(Topic of, String in) {
        awaitPublished();
        Reading reading = ledger.reading(in, of);
        try {
            await("all is handled", () -> ledger.isComplete(reading) && reading.running() == 0);
        } catch (AssertionError e) {
            List<Publication> missing = ledger.missing(reading);
            throw new AssertionError(
                    e.getMessage() + "; missing are " + missing.size() + " events, such as " + firstOf(missing) + "; "
                            + reading,
                    e);
        }
        return reading;
    }

    /** The reading of the scenario's group. */
    Reading reading() {
        return ledger.reading(group, topic);
    }

    /** Runs the work on so many threads at once, each with its number from 0, and waits for all. What one throws fails the test. */
    void inParallel(int threads, IntConsumer work) {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                runs.add(executor.submit(() -> work.accept(number)));
            }
            for (Future<?> run : runs) {
                run.get(3 * patience.toSeconds(), TimeUnit.SECONDS);
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a thread of the test failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("a thread of the test did not end within " + patience.multipliedBy(3), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("the test was interrupted", e);
        } finally {
            executor.shutdownNow();
        }
    }

    // ---- the end

    /** Lets the final check accept so many duplicates in each group. */
    void allowDuplicates(int most) {
        duplicatesAllowed = most;
    }

    /** Lets the final check accept so many duplicates more in each group. */
    void allowMoreDuplicates(int more) {
        duplicatesAllowed += more;
    }

    /**
     * What a subscription that stops working now may have handled and not settled: the duplicates that its next owner may see.
     *
     * @param inFlight the most events that the subscription holds
     */
    int unsettled(int inFlight) {
        return inFlight
                + reading()
                        .acknowledgedSince(
                                System.nanoTime() - broker.settleDelay().toNanos());
    }

    int duplicatesAllowed() {
        return duplicatesAllowed;
    }

    /** How many duplicates there were in the group that had most. */
    int duplicates() {
        int most = 0;
        for (Reading reading : ledger.readings()) {
            most = Math.max(most, reading.duplicates());
        }
        return most;
    }

    /** Adds to what the report says was measured; no commas. */
    void measure(String what, Duration time) {
        String text = what + " " + time.toMillis() + " ms";
        measured = measured.isEmpty() ? text : measured + "; " + text;
    }

    String measured() {
        return measured;
    }

    /** Lets the final check accept that the group has events still to come. */
    void leavePending(String in) {
        pending.add(in);
    }

    /** The ledger check: published = handled ∪ dead-lettered ∪ still pending, duplicates ≤ bound, one outcome per publish. */
    void settle() {
        gates.forEach(Gate::open);
        for (Reading reading : ledger.readings()) {
            if (!pending.contains(reading.group())) {
                awaitHandled(reading.topic(), reading.group());
            }
        }
        closeNodes();
        for (ChildProcess child : children) {
            assertThat(child.problems()).as("lines of " + child).isEmpty();
        }
        for (Reading reading : ledger.readings()) {
            assertThat(firstOf(ledger.foreign(reading)))
                    .as("foreign events in " + reading)
                    .isEmpty();
            assertThat(reading.duplicates()).as("duplicates in " + reading).isLessThanOrEqualTo(duplicatesAllowed);
        }
        assertThat(firstOf(ledger.outcomesWrong()))
                .as("publishes without exactly one outcome")
                .isEmpty();
    }

    /** The first few, so that a message stays readable. */
    static <T> List<T> firstOf(List<T> all) {
        return all.subList(0, Math.min(SHOWN, all.size()));
    }

    String describe() {
        return "on " + broker.name() + " " + broker.version() + ", topic " + topic + ", -Deventbus.kit.seed=" + seed
                + ", " + ledger;
    }

    @Override
    public void close() {
        gates.forEach(Gate::open);
        if (brokerDown) {
            startBroker();
        }
        closeNodes();
    }

    private void closeNodes() {
        for (Node node : nodes) {
            node.close();
        }
        for (ChildProcess child : children) {
            child.close();
        }
    }
}
