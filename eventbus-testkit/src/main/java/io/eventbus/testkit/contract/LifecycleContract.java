package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.eventbus.api.Capability;
import io.eventbus.api.CloseReport;
import io.eventbus.api.ConfigurationException;
import io.eventbus.api.Health;
import io.eventbus.api.InvalidInputException;
import io.eventbus.api.Outcome;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.Subscription;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section H, second half: what begins, rests and ends beside others. */
@DisplayName("H. lifecycle")
abstract class LifecycleContract extends ContractSection {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int KEYS = 40;
    private static final int SIGTERM = 15;

    LifecycleContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C104")
    @Tag("C104")
    void closeOfOneSubscriptionLeavesTheOthersRunning() {
        Scenario s = scenario();
        Node node = s.connect();
        Topic other = s.topic("other");
        Subscription ending = node.subscribe(s.spec(s.topic(), "g-ending"), new FlakyHandler(s, 2));
        node.subscribe(s.spec());
        node.subscribe(s.spec(other, s.group()));
        Reading ended = s.ledger().reading("g-ending", s.topic());
        publishToBoth(s, node, other);
        s.await("all work", () -> ended.handled() > 20 && s.reading().handled() > 20);
        CloseReport report = ending.close(LONG);
        assertThat(report.clean()).as(report.toString()).isTrue();
        long starts = ended.starts();
        publishToBoth(s, node, other);
        s.leavePending("g-ending");
        assertThat(s.awaitHandled().handled()).isEqualTo(400);
        assertThat(s.awaitHandled(other, s.group()).handled()).isEqualTo(400);
        assertThat(ended.starts()).as("starts of the closed one").isEqualTo(starts);
        assertThat(node.bus().health().components())
                .extracting(Health.Component::name)
                .noneMatch(name -> name.contains("g-ending"));
    }

    private static void publishToBoth(Scenario s, Node node, Topic other) {
        node.publish(s.events(200, 20));
        s.events(200, 20).forEach(event -> node.publish(other, event, PublishOptions.DEFAULT));
    }

    @Behaviour("C105")
    @Tag("C105")
    void nothingIsLeftAfterClose() {
        Scenario s = scenario();
        JvmResources before = JvmResources.now();
        Node node = s.connect();
        Subscription subscription = node.subscribe(s.spec(), new FlakyHandler(s, 2));
        node.subscribe(s.spec(s.topic("other"), s.group()));
        node.publish(s.events(200, 20));
        node.publish(s.eventsOf(null, 50));
        s.awaitHandled();
        subscription.pause();
        subscription.resume();
        assertThat(JvmResources.now().beyond(before))
                .as("what a bus has while it runs")
                .isNotEmpty();
        assertThat(node.link().connections()).as("connections while it runs").isPositive();
        node.bus().close(LONG);
        s.await("its connections are closed", () -> node.link().connections() == 0);
        node.close();
        JvmResources.awaitNothingBeyond(before);
    }

    @Behaviour("C106")
    @Tag("C106")
    void terminatedProcessThatClosesItsBusLeavesNothingUndone() {
        Scenario s = scenario();
        s.requireChildren();
        int events = 3_000;
        Node publisher = s.connect();
        publisher.publish(s.events(events, KEYS));
        s.awaitAcknowledged();
        ChildProcess child =
                s.spawn(ChildWork.of(s.topic(), s.group()).inFlight(100).taking(10));
        s.await("the process works", () -> s.reading().handled() >= 300);
        assertThat(child.terminate()).as("exit status").isEqualTo(128 + SIGTERM);
        Reading reading = s.reading();
        assertThat(child.closeReport())
                .as("handlers running, events given back, publishes failed")
                .isNotNull()
                .matches("0 \\d+ 0");
        assertThat(child.problems()).isEmpty();
        assertThat(reading.handled()).as("handled by the process").isLessThan(events);
        s.connect().subscribe(s.spec());
        s.awaitHandled();
        assertThat(reading.starts()).as("every event is started once").isEqualTo(events);
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C107")
    @Tag("C107")
    void pausedSubscriptionStopsKeepsItsMembershipAndGoesOnWithoutLossOrDuplicates() {
        Scenario s = scenario();
        Node publisher = s.connect();
        Node resting = s.connect();
        Subscription subscription = resting.subscribe(s.spec(), delivery -> {
            Work.upTo(3);
            return Outcome.ack();
        });
        int members = 1;
        if (s.has(Capability.SHARED_ORDERED_GROUP)) {
            s.connect().subscribe(s.spec());
            members = 2;
        }
        Map<String, String> owners = owners(s, publisher, members);
        publisher.publish(s.events(20 * KEYS, KEYS));
        subscription.pause();
        long paused = System.nanoTime();
        publisher.publish(s.events(5 * KEYS, KEYS));
        s.awaitAcknowledged();
        long most = paused + Duration.ofSeconds(1).toNanos();
        s.await("the time that a pause may take is over", () -> System.nanoTime() - most > 0);
        // For every key, so also for those of the member that rests.
        publisher.publish(s.events(5 * KEYS, KEYS));
        s.stays(
                "it rests and is a member",
                s.silence().multipliedBy(3).dividedBy(2),
                () -> startedAfter(s.reading(), resting, most) == 0
                        && subscription.health().status() == Health.Status.UP);
        s.awaitAcknowledged();
        long resumed = System.nanoTime();
        subscription.resume();
        publisher.publish(s.events(KEYS, KEYS));
        Reading reading = s.awaitHandled();
        assertThat(startedAfter(reading, resting, resumed))
                .as("handled after the resume")
                .isPositive();
        assertThat(reading.starts())
                .as("every event is started once")
                .isEqualTo(s.ledger().publications().size());
        assertThat(Scenario.firstOf(elsewhere(reading, owners, paused)))
                .as("every key stayed where it was")
                .isEmpty();
        KeyedOrderContract.assertInOrder(s, reading);
    }

    /** Publishes until the keys are spread over so many members and stay there. */
    private static Map<String, String> owners(Scenario s, Node publisher, int members) {
        Map<String, String> owners = new HashMap<>();
        s.await("the members have their keys", () -> {
            Map<String, String> before = Map.copyOf(owners);
            publisher.publish(s.events(KEYS, KEYS));
            owners.putAll(lastOwners(s.awaitHandled()));
            return owners.equals(before) && owners.values().stream().distinct().count() == members;
        });
        return owners;
    }

    private static Map<String, String> lastOwners(Reading reading) {
        Map<String, String> owners = new HashMap<>();
        for (Handling run : reading.handlings()) {
            owners.put(key(run), run.node());
        }
        return owners;
    }

    /** Runs after the given time that were not where their key belongs. */
    private static List<Handling> elsewhere(Reading reading, Map<String, String> owners, long nanos) {
        return reading.handlings().stream()
                .filter(run -> run.startNanos() - nanos > 0 && !run.node().equals(owners.get(key(run))))
                .toList();
    }

    private static String key(Handling run) {
        return String.valueOf(run.delivery().envelope().aggregateId());
    }

    private static long startedAfter(Reading reading, Node node, long nanos) {
        return reading.handlings().stream()
                .filter(run -> run.node().equals(node.toString()) && run.startNanos() - nanos > 0)
                .count();
    }

    @Behaviour("C108")
    @Tag("C108")
    void everythingThatIsWrongWithTheSettingsOfABusIsInOneReport() {
        Scenario s = scenario();
        JvmResources before = JvmResources.now();
        ConfigurationException refusal = catchThrowableOfType(
                ConfigurationException.class,
                () -> s.connect(KitOptions.DEFAULT
                        .with("max-in-flight", "many")
                        .with("delivery-timeout", "-3")
                        .with("when-ful", "block")
                        .with("callback-threads", 1_000)));
        assertOneReport(refusal, "max-in-flight", "delivery-timeout", "when-ful", "callback-threads");
        JvmResources.awaitNothingBeyond(before);
    }

    @Behaviour("C108")
    @Tag("C108")
    void everythingThatIsWrongWithTheSettingsOfAnAdapterIsInOneReport() {
        Scenario s = scenario();
        Map<String, String> known =
                ConfigurationContract.adapterSettings(s.connect().bus());
        KitOptions wrong = KitOptions.DEFAULT;
        List<String> keys = new ArrayList<>();
        for (Map.Entry<String, String> setting : known.entrySet()) {
            if (setting.getValue().matches("[0-9]+|PT.*")) {
                wrong = wrong.withSetting(setting.getKey(), "no number");
                keys.add(setting.getKey());
            }
        }
        assertThat(keys).as("settings with numbers").hasSizeGreaterThan(2);
        KitOptions all = wrong;
        assertOneReport(
                catchThrowableOfType(ConfigurationException.class, () -> s.connect(all)), keys.toArray(String[]::new));
    }

    @Behaviour("C108")
    @Tag("C108")
    void everythingThatIsWrongWithASubscriptionIsInOneReport() {
        Scenario s = scenario();
        InvalidInputException refusal = catchThrowableOfType(
                InvalidInputException.class,
                () -> s.connect()
                        .subscribe(s.spec()
                                .concurrency(-1)
                                .maxInFlight(0)
                                .maxProcessingTime(Duration.ZERO)
                                .deadLetterTopic(s.topic())));
        assertThat(refusal)
                .hasMessageContainingAll("concurrency", "maxInFlight", "maxProcessingTime", "dead-letter topic");
    }

    private static void assertOneReport(ConfigurationException refusal, String... settings) {
        assertThat(refusal).as("the refusal").isNotNull();
        assertThat(refusal.retriable()).isFalse();
        assertThat(refusal.problems()).as(refusal.getMessage()).hasSize(settings.length);
        for (String setting : settings) {
            assertThat(refusal.problems()).anyMatch(problem -> problem.contains(setting));
        }
        assertThat(String.valueOf(refusal.getMessage()).lines())
                .as("a line for each, and one that says how many")
                .hasSize(settings.length + 1)
                .first()
                .asString()
                .contains(String.valueOf(settings.length));
    }
}
