package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Envelope;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Outcome;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.Subscription;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section E, second half: what runs beside what. */
@DisplayName("E. parallelism")
abstract class ParallelismContract extends ContractSection {

    ParallelismContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C057")
    @Tag("C057")
    void idleKeysLeaveNothingBehind() {
        Scenario s = scenario();
        Node node = s.connect();
        Subscription subscription = node.subscribe(s.spec());
        int keys = 100_000;
        for (int i = 0; i < keys; i++) {
            node.publish(s.event("key-" + i));
        }
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(keys);
        s.await(
                "no lane is left",
                () -> subscription.stats().lanes() == 0 && subscription.stats().inFlight() == 0);
        assertThat(subscription.stats().inFlightBytes()).isZero();
    }

    @Behaviour("C051")
    @Tag("C051")
    void differentKeysRunBesideEachOther() {
        Scenario s = scenario();
        int workers = 4;
        int keys = 2 * workers;
        int perKey = 3;
        // Long enough that what a busy machine adds stays small beside it.
        Duration handlerTime = Duration.ofMillis(500);
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", workers));
        node.publish(s.events(keys * perKey, keys));
        s.awaitAcknowledged();
        CountDownLatch together = new CountDownLatch(workers);
        Set<String> alone = ConcurrentHashMap.newKeySet();
        node.subscribe(s.spec(), delivery -> {
            together.countDown();
            if (!together.await(20, TimeUnit.SECONDS)) {
                alone.add(delivery.envelope().eventId());
            }
            Work.of(handlerTime);
            return Outcome.ack();
        });
        Reading reading = s.awaitHandled();
        assertThat(alone)
                .as("handlers that waited in vain for " + workers + " at once")
                .isEmpty();
        assertThat(reading.mostRunning()).isEqualTo(workers);
        long start = reading.handlings().stream()
                .skip(workers - 1)
                .findFirst()
                .orElseThrow()
                .startNanos();
        long end =
                reading.handlings().stream().mapToLong(Handling::endNanos).max().orElseThrow();
        double ideal = (double) handlerTime.toNanos() * keys * perKey / workers;
        assertThat((end - start) / ideal).as("wall time against the ideal").isLessThanOrEqualTo(1.3);
    }

    @Behaviour("C056")
    @Tag("C056")
    void blockedKeyDelaysNoOther() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", 2));
        Gate gate = s.gate();
        node.subscribe(s.spec(), delivery -> {
            if ("blocked".equals(delivery.envelope().aggregateId())) {
                gate.pass();
            }
            return Outcome.ack();
        });
        node.publish(s.eventsOf("blocked", 50));
        node.publish(s.events(1_000, 100));
        s.awaitAcknowledged();
        s.await("100 other keys finish", () -> s.reading().handled() == 1_000);
        assertThat(s.reading().starts())
                .as("only the first event of the blocked key has started")
                .isEqualTo(1_001);
        gate.open();
        KeyedOrderContract.assertInOrder(s, s.awaitHandled());
    }

    @Behaviour("C056")
    @Tag("C056")
    void keysThatWaitForARetryHoldNoWorker() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", 2));
        Gate gate = s.gate();
        node.subscribe(s.spec(), delivery -> {
            String key = String.valueOf(delivery.envelope().aggregateId());
            return key.startsWith("failing") && !gate.isOpen() ? Outcome.retry() : Outcome.ack();
        });
        for (int i = 0; i < 50; i++) {
            node.publish(s.eventsOf("failing-" + i, 2));
        }
        node.publish(s.events(1_000, 100));
        s.awaitAcknowledged();
        s.await("100 other keys finish", () -> s.reading().handled() == 1_000);
        gate.open();
        KeyedOrderContract.assertInOrder(s, s.awaitHandled());
    }

    @Behaviour("C058")
    @Tag("C058")
    void unkeyedEventsSpreadAndLeaveKeyedLanesAlone() {
        Scenario s = scenario();
        int workers = 4;
        Node node = s.connect(KitOptions.DEFAULT.with("global-workers", workers).with("keyed-workers", 2));
        Gate gate = s.gate();
        node.subscribe(s.spec(), delivery -> {
            if (delivery.envelope().aggregateId() == null) {
                gate.pass();
            }
            return Outcome.ack();
        });
        node.publish(s.eventsOf(null, 200));
        s.await("unkeyed events run beside each other", () -> s.reading().running() == workers);
        node.publish(s.events(200, 10));
        s.awaitAcknowledged();
        s.await("keyed events pass", () -> s.reading().handled() == 200);
        assertThat(s.reading().running()).as("unkeyed events still blocked").isEqualTo(workers);
        gate.open();
        s.awaitHandled();
    }

    @Behaviour("C060")
    @Tag("C060")
    void hotKeyLeavesTheOthersTheirPace() {
        Scenario s = scenario();
        int each = 400;
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", 4));
        List<Envelope> events = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            events.add(s.event("hot"));
            events.add(s.event("key-" + i % 40));
        }
        node.publish(events);
        s.awaitAcknowledged();
        node.subscribe(s.spec(), delivery -> {
            Work.of(Duration.ofMillis(5));
            return Outcome.ack();
        });
        s.await("the other keys are done", () -> handledOf(s, events, false) == each);
        // Three workers are left for the others: while those do theirs, the hot key does a third of its own.
        assertThat(handledOf(s, events, true))
                .as("handled of the hot key by then")
                .isLessThan(each * 6 / 10);
        KeyedOrderContract.assertInOrder(s, s.awaitHandled());
    }

    private static long handledOf(Scenario s, List<Envelope> events, boolean hot) {
        return events.stream()
                .filter(event -> "hot".equals(event.aggregateId()) == hot)
                .filter(event -> s.reading().hasHandled(event.eventId()))
                .count();
    }

    @Behaviour("C062")
    @Tag("C062")
    void saturatedSubscriptionLeavesTheOthersTheirShare() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.with("global-workers", 3));
        Topic[] small = {s.topic("one"), s.topic("two")};
        int flood = 900;
        int few = 60;
        for (int i = 0; i < flood; i++) {
            node.publish(s.event("key-" + i));
        }
        EventHandler handler = delivery -> {
            Work.of(Duration.ofMillis(5));
            return Outcome.ack();
        };
        Subscription saturated = node.subscribe(s.unordered(), handler);
        s.await(
                "the queue of the first is full of work",
                () -> saturated.stats().inFlight() > flood / 2);
        for (Topic topic : small) {
            node.subscribe(s.spec(topic, s.group()).ordering(io.eventbus.api.Ordering.NONE), handler);
        }
        int before = s.reading().handled();
        for (int i = 0; i < few; i++) {
            for (Topic topic : small) {
                node.publish(topic, s.event("key-" + i), PublishOptions.DEFAULT);
            }
        }
        for (Topic topic : small) {
            s.awaitHandled(topic, s.group());
        }
        int meanwhile = s.reading().handled() - before;
        // A fair turn gives the first as many as each of the others; what is started while they arrive comes on top.
        assertThat(meanwhile).as("handled by the saturated one meanwhile").isLessThan(5 * few);
        s.awaitHandled();
    }
}
