package io.eventbus.testkit.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Envelope;
import io.eventbus.api.Payload;
import io.eventbus.api.Topic;
import io.eventbus.api.outbox.OutboxRecord;
import io.eventbus.testkit.contract.Behaviour;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/** What a row holds, and finding it again by the id of its event. */
abstract class RowContract extends StoreSection {

    RowContract(OutboxStoreContract contract) {
        super(contract);
    }

    @Behaviour("S09")
    @Tag("S09")
    void eventsComeOutAsTheyWereAppended() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        List<Envelope> events = List.of(
                complete().build(),
                Envelope.builder("Bare").eventId("bare").build(),
                complete().eventId("tombstone").payload((Payload) null).build(),
                complete().eventId("empty").payload(Payload.empty()).build(),
                complete().eventId("every-byte").payload(everyByte()).build(),
                complete().eventId("large").payload(random(300_000)).build(),
                complete().eventId("unkeyed").aggregateId(null).build(),
                complete()
                        .eventId("before-1970")
                        .timestamp(Instant.parse("1969-12-31T23:59:59.999999Z"))
                        .build(),
                complete()
                        .eventId("when-clocks-change")
                        .timestamp(Instant.parse("2026-03-29T01:30:00.000001Z"))
                        .build(),
                complete()
                        .eventId("i".repeat(Envelope.MAX_ID_LENGTH))
                        .aggregateId("a".repeat(Envelope.MAX_ID_LENGTH))
                        .build());
        store.append(StoreScenario.TOPIC, events);
        store.append(
                Topic.of("shipments.europe"),
                List.of(complete().eventId("elsewhere").build()));
        List<String> ids = store.ledger().unpublished();
        List<Envelope> found = owner.store().unpublished(ids).stream()
                .map(OutboxRecord::envelope)
                .toList();
        assertThat(found.subList(0, events.size()))
                .as("found by their ids, altered in the table")
                .isEqualTo(events);
        store.flowAll(owner);
    }

    @Behaviour("S10")
    @Tag("S10")
    void unpublishedAreFoundByTheirIdsInTheOrderOfAppending() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append("p1", "a1", "b1", "a2", "w1", "h1");
        StoreScenario.Writing undone = store.begin();
        undone.append("c1");
        undone.rollback();
        List<OutboxRecord> held = store.hold(owner, "p1", "a1", "w1", "b1", "h1");
        owner.acknowledge(List.of(StoreScenario.one(held, "p1")));
        owner.deadLetter(StoreScenario.one(held, "a1"));
        owner.fail(StoreScenario.one(held, "w1"), LONG);
        owner.giveBack(StoreScenario.but(held, "p1", "a1", "w1", "h1"));
        StoreScenario.Writing open = store.begin();
        open.append("o1");
        assertThat(owner.unpublished(List.of("h1", "w1", "o1", "b1", "a2", "a1", "p1", "c1", "unknown")))
                .as("unpublished")
                .containsExactly("a1", "b1", "a2", "w1", "h1");
        assertThat(owner.unpublished(List.of("p1"))).as("unpublished").isEmpty();
        open.rollback();
    }

    @Behaviour("S11")
    @Tag("S11")
    void unknownIdsCountNothing() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append("a1", "b1");
        List<OutboxRecord> held = store.hold(owner, "a1", "b1");
        owner.deadLetter(StoreScenario.one(held, "a1"));
        owner.requeue("unknown");
        assertThat(owner.unpublished(List.of("unknown"))).as("unpublished").isEmpty();
        owner.requeue("unknown", "a1", "b1");
        owner.acknowledge(List.of(StoreScenario.one(held, "b1")));
        store.flowAll(owner);
    }

    @Behaviour("S12")
    @Tag("S12")
    void emptyCollectionsDoNothing() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append("a1", "b1");
        List<OutboxRecord> held = store.hold(owner, "a1", "b1");
        assertThat(owner.store().acknowledge(owner.name(), List.of()))
                .as("acknowledged of none")
                .isZero();
        owner.store().fail(owner.name(), List.of());
        owner.store().deadLetter(owner.name(), List.of());
        owner.store().giveBack(owner.name(), List.of());
        assertThat(owner.renew(List.of(), LONG)).as("lost of none").isEmpty();
        assertThat(owner.unpublished(List.of())).as("unpublished of none").isEmpty();
        assertThat(owner.store().requeue(List.of())).as("queued again of none").isZero();
        store.nothingComes(WHILE, owner);
        owner.acknowledge(held);
        store.flowAll(owner);
    }

    private static Envelope.Builder complete() {
        return Envelope.builder("Bestellung.geändert")
                .eventId("complete")
                .aggregateId("order 7/\"ä\" 📦")
                .eventVersion(Integer.MAX_VALUE)
                .timestamp(Instant.parse("2026-11-22T10:11:12.123456Z"))
                .traceId("0af7651916cd43dd8448eb211c80319c")
                .correlationId("corrélation")
                .header("Plain", "value")
                .header("plain", "the same name, again")
                .header("PLAIN", "")
                .header("Odd", " \\ : = , ; \" ' % \r\n\t\0 \\n ü 📦 ")
                .contentType("text/plain; charset=utf-8")
                .payload("größer als \0 nichts");
    }

    private static byte[] everyByte() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(7).nextBytes(bytes);
        return bytes;
    }
}
