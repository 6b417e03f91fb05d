package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Health;
import io.eventbus.api.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section I, first part: what a subscriber's line may do to it. */
@DisplayName("I. broken, silent and slow lines")
abstract class LineFaultContract extends ContractSection {

    private static final int KEYS = 50;
    private static final int IN_FLIGHT = 200;
    private static final Duration CUT = Duration.ofSeconds(Long.getLong("eventbus.faults.cut", 30));
    private static final Duration RESUMED = Duration.ofSeconds(10);
    private static final Duration LATENCY = Duration.ofMillis(500);
    private static final Duration JITTER = Duration.ofMillis(200);

    LineFaultContract(ContractSuite suite) {
        super(suite);
    }

    @Behaviour("C111")
    @Tag("C111")
    void consumptionGoesOnWithinTenSecondsAfterALongCut() {
        Scenario s = scenario();
        Node publisher = s.connect();
        Node node = s.connect();
        node.subscribe(s.spec().maxInFlight(IN_FLIGHT));
        publisher.publish(s.events(1_000, KEYS));
        s.awaitHandled();
        s.allowDuplicates(s.unsettled(IN_FLIGHT));
        node.link().sever();
        s.await("the bus tells of the cut", s.broker().heartbeatBound(), () -> !isUp(node));
        publisher.publish(s.events(1_000, KEYS));
        s.awaitAcknowledged();
        s.stays("cut off", CUT, () -> s.reading().handled() == 1_000);
        assertThat(isUp(node)).as("healthy while cut off").isFalse();
        long healed = System.nanoTime();
        node.link().restore();
        s.await("consumption goes on", RESUMED, () -> s.reading().handled() > 1_000);
        s.measure("resumed after", since(healed));
        KeyedOrderContract.assertInOrder(s, s.awaitHandled());
        s.await("it is healthy again", () -> isUp(node));
    }

    @Behaviour("C112")
    @Tag("C112")
    void halfOpenConnectionIsNoticedWithinTheHeartbeatBound() {
        Scenario s = scenario();
        Node publisher = s.connect();
        Node node = s.connect();
        node.subscribe(s.spec().maxInFlight(IN_FLIGHT));
        publisher.publish(s.events(500, KEYS));
        s.awaitHandled();
        s.allowDuplicates(s.unsettled(IN_FLIGHT));
        long silent = System.nanoTime();
        node.link().swallow();
        s.await("the bus notices the silence", s.broker().heartbeatBound(), () -> !isUp(node));
        s.measure("noticed after", since(silent));
        publisher.publish(s.events(500, KEYS));
        s.awaitAcknowledged();
        long healed = System.nanoTime();
        node.link().unstall();
        s.await("consumption goes on", RESUMED, () -> s.reading().handled() > 500);
        s.measure("resumed after", since(healed));
        KeyedOrderContract.assertInOrder(s, s.awaitHandled());
        s.await("it is healthy again", () -> isUp(node));
    }

    @Behaviour("C113")
    @Tag("C113")
    void slowLineCausesNeitherDuplicatesNorRebalances() {
        Scenario s = scenario();
        Node publisher = s.connect();
        Node node = s.connect();
        node.subscribe(s.spec().maxInFlight(IN_FLIGHT), delivery -> {
            Work.upTo(20);
            return Outcome.ack();
        });
        publisher.publish(s.events(100, KEYS));
        s.awaitHandled();
        long before = s.broker().rebalances();
        s.orRefused(() -> node.link().latency(LATENCY, JITTER));
        s.orRefused(() -> publisher.link().latency(LATENCY, JITTER));
        List<Health> unwell = new CopyOnWriteArrayList<>();
        for (int round = 1; round <= 5; round++) {
            publisher.publish(s.events(200, KEYS));
            int target = 100 + 200 * round;
            s.await("round " + round + " is handled", () -> {
                Health health = node.bus().health();
                if (health.status() != Health.Status.UP) {
                    unwell.add(health);
                }
                return s.reading().handled() == target;
            });
        }
        Reading reading = s.awaitHandled();
        // As long again as a missed deadline would take to show.
        s.stays("nothing comes again", s.silence(), () -> reading.starts() == 1_100);
        assertThat(Scenario.firstOf(unwell)).as("unwell because of latency").isEmpty();
        assertThat(s.broker().rebalances()).as("rebalances").isEqualTo(before);
        KeyedOrderContract.assertInOrder(s, reading);
        node.link().latency(Duration.ZERO, Duration.ZERO);
        publisher.link().latency(Duration.ZERO, Duration.ZERO);
    }

    private static boolean isUp(Node node) {
        return node.bus().health().status() == Health.Status.UP;
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
