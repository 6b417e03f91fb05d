package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Capability;
import io.eventbus.api.Outcome;
import io.eventbus.testkit.contract.ChildWork.Hold;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section I, fifth part: processes that are killed, and processes that freeze and wake up. */
@DisplayName("I. killed and frozen processes")
abstract class ProcessFaultContract extends ContractSection {

    private static final int KILLS = Integer.getInteger("eventbus.faults.kills", 20);
    private static final int KEYS = 50;
    private static final int IN_FLIGHT = 50;
    private static final String LATER = "kit.Later";

    ProcessFaultContract(ContractSuite suite) {
        super(suite);
    }

    @Behaviour("C116")
    @Tag("C116")
    void everyEffectHappensThoughProcessesAreKilledBeforeTheyAcknowledge() {
        Scenario s = scenario();
        s.requireChildren();
        int perKill = 40;
        Node publisher = s.connect();
        int events = 2 * perKill * (KILLS + 1);
        publisher.publish(s.events(events, KEYS));
        s.awaitAcknowledged();
        ChildWork work =
                ChildWork.of(s.topic(), s.group()).inFlight(IN_FLIGHT).taking(5).holding(Hold.AFTER_EFFECT, perKill);
        for (int kill = 1; kill <= KILLS; kill++) {
            ChildProcess child = s.spawn(work);
            s.await("a handler has had its effect and not returned", () -> child.beforeReturn() > 0);
            int unsettled = s.unsettled(IN_FLIGHT);
            child.kill();
            s.allowMoreDuplicates(unsettled);
        }
        s.connect().subscribe(s.spec());
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).as("every effect at least once").isEqualTo(events);
        assertThat(reading.overlaps()).isEmpty();
        KeyedOrderContract.assertInOrder(s, reading);
    }

    /**
     * A process that wakes up after its work went to another one. Where a group is shared and ordered, it is fenced and goes on as a member like
     * any other. Where an ordered group admits one subscription, nothing fences it: what it had in hand it finishes, to no effect on what
     * the new owner has still to handle, and it is ended as an operator would end it.
     */
    @Behaviour("C117")
    @Tag("C117")
    void frozenProcessThatWakesUpLateTakesNothingFromTheNewOwner() {
        Scenario s = scenario();
        s.requireChildren();
        int first = 30;
        Node publisher = s.connect();
        publisher.publish(s.events(6 * KEYS, KEYS));
        s.awaitAcknowledged();
        ChildProcess frozen = s.spawn(
                ChildWork.of(s.topic(), s.group()).inFlight(IN_FLIGHT).taking(2).holding(Hold.BEFORE_EFFECT, first));
        s.await("handlers of the first owner are in their work", () -> frozen.inside() > 1);
        s.allowDuplicates(s.unsettled(2 * IN_FLIGHT));
        frozen.freeze();
        long started = s.reading().starts();
        s.stays(
                "it is silent for longer than anybody waits",
                s.silence().plusSeconds(1),
                () -> s.reading().starts() == started);
        Gate gate = s.gate();
        Node heir = s.connect();
        heir.subscribe(s.spec(), delivery -> {
            if (delivery.envelope().eventType().equals(LATER)) {
                gate.pass();
            }
            return Outcome.ack();
        });
        s.await(
                "the new owner has handled all that was published",
                () -> s.ledger().isComplete(s.reading()));
        publisher.publish(s.events(LATER, KEYS, KEYS));
        s.awaitAcknowledged();
        s.await("the new owner works on what came later", () -> s.reading().running() > frozen.inside());
        int late = frozen.inside();
        frozen.thaw();
        frozen.release();
        s.await("what it had in hand has had its effect", () -> frozen.inside() == 0);
        s.measure("late effects " + late + " and silence", s.silence());
        if (!s.has(Capability.SHARED_ORDERED_GROUP)) {
            frozen.terminate();
        }
        gate.open();
        publisher.publish(s.events(KEYS, KEYS));
        Reading reading = s.awaitHandled();
        KeyedOrderContract.assertInOrder(s, reading);
        assertThat(Scenario.firstOf(meeting(reading, heir)))
                .as("overlaps at the new owner")
                .isEmpty();
    }

    /** Runs of a key on one node that began before the one before had ended. */
    private static List<String> meeting(Reading reading, Node node) {
        Map<String, Handling> last = new HashMap<>();
        List<String> meeting = new ArrayList<>();
        for (Handling run : reading.handlings()) {
            if (!run.node().equals(node.toString())) {
                continue;
            }
            Handling before = last.put(String.valueOf(run.delivery().envelope().aggregateId()), run);
            if (before != null && run.startNanos() - before.endNanos() < 0) {
                meeting.add(before + " and " + run);
            }
        }
        return meeting;
    }
}
