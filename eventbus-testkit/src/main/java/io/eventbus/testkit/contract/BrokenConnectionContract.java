package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Capability;
import io.eventbus.api.Envelope;
import io.eventbus.api.Outcome;
import io.eventbus.api.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section E, third part: order through cut connections, killed brokers and dead owners. */
@DisplayName("E. order through broken connections")
abstract class BrokenConnectionContract extends ContractSection {

    private static final int KEYS = 1_000;

    BrokenConnectionContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C201")
    @Tag("C201")
    void firstHandlingsStayInStoredOrderThroughTwelveCuts() {
        Scenario s = scenario();
        int cuts = 12;
        int events = 30_000;
        Node publisher = s.connect();
        publisher.publish(s.events(events, KEYS));
        s.awaitAcknowledged();
        Node node = s.connect();
        node.subscribe(s.spec());
        for (int cut = 1; cut <= cuts; cut++) {
            int mark = events * cut / (cuts + 2);
            s.await("handled " + mark, () -> s.reading().starts() >= mark);
            node.link().cut();
        }
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(events);
        assertThat(reading.overlaps()).as(OVERLAPS).isEmpty();
        KeyedOrderContract.assertInOrder(s, reading);
        s.allowDuplicates(events);
    }

    @Behaviour("C202")
    @Tag("C202")
    void everyKeyIsStoredInPublishOrderThroughKillsAndCuts() {
        Scenario s = scenario();
        s.requireKillable();
        Node node = s.connect(KitOptions.DEFAULT.with("max-in-flight", 2_000).with("delivery-timeout", "120s"));
        node.publish(s.event("first"));
        s.awaitAcknowledged();
        AtomicBoolean enough = new AtomicBoolean();
        int threads = 4;
        s.inParallel(threads + 1, thread -> {
            if (thread == threads) {
                breakThingsWhilePublishing(s, node, enough);
            }
            while (!enough.get()) {
                for (int key = thread; key < KEYS && !enough.get(); key += threads) {
                    node.publish(s.event("key-" + key));
                }
            }
        });
        s.awaitPublished();
        s.connect().subscribe(s.spec());
        Reading reading = s.awaitHandled();
        assertThat(Scenario.firstOf(s.ledger().reordered(reading)))
                .as("not in publish order")
                .isEmpty();
        if (s.has(Capability.PUBLISH_DEDUPLICATION) || s.has(Capability.PIPELINED_KEY_ORDER)) {
            assertThat(Scenario.firstOf(storedTwice(reading)))
                    .as("stored more than once")
                    .isEmpty();
        } else {
            s.allowDuplicates(s.ledger().publications().size());
        }
        assertThat(s.ledger().acknowledged()).as("events for the proof").isGreaterThan(2L * KEYS);
    }

    private static void breakThingsWhilePublishing(Scenario s, Node node, AtomicBoolean enough) {
        try {
            for (int kill = 1; kill <= 3; kill++) {
                long before = s.ledger().acknowledged();
                s.await("publishing goes on", () -> s.ledger().acknowledged() > before + KEYS);
                node.link().cut();
                s.await("publishing goes on after a cut", () -> s.ledger().acknowledged() > before + 2 * KEYS);
                s.restartBroker();
            }
            long before = s.ledger().acknowledged();
            s.await("publishing goes on after the last kill", () -> s.ledger().acknowledged() > before + KEYS);
        } finally {
            enough.set(true);
        }
    }

    private static List<String> storedTwice(Reading reading) {
        List<String> twice = new ArrayList<>();
        Map<String, Position> stored = new HashMap<>();
        for (Handling run : reading.handlings()) {
            Position before = stored.putIfAbsent(run.eventId(), run.delivery().position());
            if (before != null && !before.equals(run.delivery().position())) {
                twice.add(run + " and at " + before);
            }
        }
        return twice;
    }

    @Behaviour("C203")
    @Tag("C203")
    void newOwnerStartsEachKeyFromTheOldestUnacknowledgedEvent() {
        Scenario s = scenario();
        int keys = 5;
        Node publisher = s.connect();
        Map<String, List<Envelope>> byKey = new HashMap<>();
        Set<String> thirds = new HashSet<>();
        for (int k = 0; k < keys; k++) {
            List<Envelope> ten = s.eventsOf("key-" + k, 10);
            byKey.put("key-" + k, new ArrayList<>(ten));
            thirds.add(ten.get(2).eventId());
            publisher.publish(ten);
        }
        s.awaitAcknowledged();
        Node owner = s.connect(KitOptions.DEFAULT.with("global-workers", 10 * keys));
        Gate never = s.gate();
        owner.subscribe(s.unordered(), delivery -> {
            if (!thirds.contains(delivery.envelope().eventId())) {
                never.pass();
            }
            return Outcome.ack();
        });
        s.await(
                "all ten of each key are with the first owner",
                () -> s.reading().starts() >= 10L * keys && s.reading().handled() == keys);
        owner.crash();
        byKey.forEach((key, events) -> {
            List<Envelope> five = s.eventsOf(key, 5);
            events.addAll(five);
            publisher.publish(five);
        });
        s.awaitAcknowledged();
        Node heir = s.connect();
        heir.subscribe(s.spec());
        Reading reading = s.awaitHandled();
        byKey.forEach((key, events) -> assertThat(startedBy(reading, heir, key))
                .as("starts of " + key + " at the new owner; the third may come once more")
                .isIn(idsOf(events, Set.of()), idsOf(events, thirds)));
        assertThat(reading.overlaps()).noneMatch(run -> run.node().equals(heir.toString()));
        s.allowDuplicates(keys);
    }

    private static List<String> startedBy(Reading reading, Node node, String key) {
        return reading.handlings().stream()
                .filter(run -> run.node().equals(node.toString()))
                .filter(run -> key.equals(run.delivery().envelope().aggregateId()))
                .map(Handling::eventId)
                .toList();
    }

    private static List<String> idsOf(List<Envelope> events, Set<String> without) {
        return events.stream()
                .map(Envelope::eventId)
                .filter(id -> !without.contains(id))
                .toList();
    }
}
