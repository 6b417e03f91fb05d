package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Outcome;
import io.eventbus.api.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section E, first half: the order of one key. */
@DisplayName("E. keyed order")
abstract class KeyedOrderContract extends ContractSection {

    KeyedOrderContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C049")
    @Tag("C049")
    void handlersOfAKeyStartInPublishOrder() {
        Scenario s = scenario();
        Node node = s.connect();
        node.subscribe(s.spec());
        node.publish(s.events(1_000, 16));
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(1_000);
        assertInOrder(s, reading);
    }

    @Behaviour("C050")
    @Tag("C050")
    void handlersOfAKeyNeverOverlap() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", 8));
        node.publish(s.events(1_000, 16));
        node.subscribe(s.spec(), delivery -> {
            Work.upTo(3);
            return Outcome.ack();
        });
        Reading reading = s.awaitHandled();
        assertThat(reading.overlaps()).as(OVERLAPS).isEmpty();
        assertThat(intervalsThatMeet(reading))
                .as("start of n+1 before end of n")
                .isEmpty();
        assertThat(reading.mostRunning()).as("keys beside each other").isGreaterThan(1);
    }

    @Behaviour("C052")
    @Tag("C052")
    void orderHoldsWithRandomHandlerTimesAndFailingFirstAttempts() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", 8));
        node.publish(s.events(600, 16));
        FlakyHandler handler = new FlakyHandler(s, 50);
        node.subscribe(s.spec(), handler);
        Reading reading = s.awaitHandled();
        assertInOrder(s, reading);
        assertThat(reading.overlaps()).as(OVERLAPS).isEmpty();
        assertThat(reading.starts()).as("runs").isEqualTo(600L + handler.failures());
        assertThat(runsOutOfTurn(reading))
                .as("runs before an earlier event of the key was done")
                .isEmpty();
    }

    @Behaviour("C054")
    @Tag("C054")
    void orderHoldsWhileTheBrokerRestarts() {
        Scenario s = scenario();
        s.requireKillable();
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", 8));
        FlakyHandler handler = new FlakyHandler(s, 20);
        // Few in flight, so that most of them come after a restart.
        node.subscribe(s.spec().maxInFlight(100), handler);
        node.publish(s.events(1_500, 16));
        s.await("a part is handled", () -> s.reading().handled() > 200);
        s.restartBroker();
        s.await("it goes on", () -> s.reading().handled() > 700);
        s.restartBroker();
        s.awaitAcknowledged();
        Reading reading = s.awaitHandled();
        assertInOrder(s, reading);
        assertThat(reading.overlaps()).as(OVERLAPS).isEmpty();
        s.allowDuplicates(1_500);
    }

    @Behaviour("C059")
    @Tag("C059")
    void keysOfEqualHashAreIndependentAndComparedByBytes() {
        Scenario s = scenario();
        Node node = s.connect();
        Gate gate = s.gate();
        String blocked = "AaAa";
        node.subscribe(s.spec(), delivery -> {
            if (blocked.equals(delivery.envelope().aggregateId())) {
                gate.pass();
            }
            return Outcome.ack();
        });
        // Equal as String hashes and as hashes of their bytes; then equal but for case, blank and Unicode normal form.
        List<String> others = List.of("AaBB", "BBAa", "BBBB", "aaaa", "AaAa ", "\u00e9", "e\u0301", "\u00c9");
        node.publish(s.eventsOf(blocked, 3));
        for (String key : others) {
            node.publish(s.eventsOf(key, 3));
        }
        s.awaitAcknowledged();
        s.await("all other keys are done", () -> s.reading().handled() == 3 * others.size());
        assertThat(s.reading().running()).isEqualTo(1);
        gate.open();
        assertInOrder(s, s.awaitHandled());
    }

    @Behaviour("C061")
    @Tag("C061")
    void orderOfEachPublisherIsKeptThoughTwoInterleave() {
        Scenario s = scenario();
        Node a = s.connect();
        Node b = s.connect();
        a.subscribe(s.spec());
        s.inParallel(2, i -> (i == 0 ? a : b).publish(s.events(500, 5)));
        s.awaitAcknowledged();
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(1_000);
        assertInOrder(s, reading);
    }

    @Behaviour("C063")
    @Tag("C063")
    void concurrencyOfOneHandlesStrictlyInStoredOrder() {
        Scenario s = scenario();
        Node node = s.connect();
        node.publish(s.events(300, 10));
        s.awaitAcknowledged();
        node.subscribe(s.spec().concurrency(1));
        node.publish(s.events(300, 10));
        Reading reading = s.awaitHandled();
        assertThat(reading.mostRunning()).isEqualTo(1);
        Map<String, Position> last = new HashMap<>();
        for (Handling run : reading.handlings()) {
            Position position = run.delivery().position();
            Position before = last.put(position.log() + "/" + position.partition(), position);
            assertThat(before == null || before.offset() < position.offset())
                    .as(position + " after " + before)
                    .isTrue();
        }
    }

    static void assertInOrder(Scenario s, Reading reading) {
        assertThat(Scenario.firstOf(s.ledger().reordered(reading)))
                .as("not in publish order")
                .isEmpty();
        assertThat(Scenario.firstOf(reading.outOfStoredOrder()))
                .as("not in stored order")
                .isEmpty();
    }

    private static List<String> intervalsThatMeet(Reading reading) {
        Map<String, Handling> last = new HashMap<>();
        List<String> meeting = new ArrayList<>();
        for (Handling run : reading.handlings()) {
            Handling before = last.put(String.valueOf(run.delivery().envelope().aggregateId()), run);
            if (before != null && run.startNanos() - before.endNanos() < 0) {
                meeting.add(before + " and " + run);
            }
        }
        return meeting;
    }

    /** Runs of an event while an earlier stored one of its key had not been acknowledged. */
    private static List<String> runsOutOfTurn(Reading reading) {
        Map<String, Handling> last = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        for (Handling run : reading.handlings()) {
            Handling before = last.put(String.valueOf(run.delivery().envelope().aggregateId()), run);
            if (before != null
                    && before.end() != Handling.End.ACKNOWLEDGED
                    && !before.eventId().equals(run.eventId())) {
                wrong.add(run + " after " + before);
            }
        }
        return wrong;
    }
}
