package io.eventbus.testkit.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Envelope;
import io.eventbus.api.outbox.OutboxRecord;
import io.eventbus.testkit.contract.Behaviour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;

/** What is claimed, in which order, how much of it and by how many. */
abstract class ClaimContract extends StoreSection {

    ClaimContract(OutboxStoreContract contract) {
        super(contract);
    }

    @Behaviour("S01")
    @Tag("S01")
    void committedRecordsAreClaimedInOrderAndRolledBackOnesNever() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append("a1", "b1", "a2");
        StoreScenario.Writing undone = store.begin();
        undone.append("a3", "c1");
        undone.rollback();
        StoreScenario.Writing open = store.begin();
        open.append("d1");
        store.append("a4", "b2", "a5");
        // While a transaction is open, a store may keep back what others have committed; none may show what it has
        // written.
        store.flowFor(WHILE, owner);
        open.rollback();
        store.flowAll(owner);
        store.nothingComes(WHILE, owner);
    }

    @Behaviour("S02")
    @Tag("S02")
    void recordsOfAnAggregateAreClaimedByOneOwnerAtATime() throws Exception {
        StoreScenario store = scenario();
        Owner first = store.owner();
        Owner second = store.owner();
        store.append("a1", "b1", "a2");
        List<OutboxRecord> held = store.hold(first, "a1", "b1");
        store.append("a3", "c1");
        // None of a and b may come to the second one: the model knows.
        List<OutboxRecord> others = new ArrayList<>();
        store.until(() -> "c1, which nobody holds, is claimed", () -> {
            List<OutboxRecord> claimed = second.claim();
            second.acknowledge(claimed);
            others.addAll(claimed);
            List<OutboxRecord> more = first.claim();
            held.addAll(more);
            return StoreScenario.ids(others).contains("c1")
                    || StoreScenario.ids(held).contains("c1");
        });
        store.flowFor(WHILE, second);
        first.acknowledge(held);
        store.flowAll(second, first);
    }

    @Behaviour("S03")
    @Tag("S03")
    void transactionsThatCommitInTheOppositeOrderAreAllClaimed() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        StoreScenario.Writing early = store.begin();
        early.append("a1");
        StoreScenario.Writing late = store.begin();
        late.append("b1");
        late.commit();
        store.append("c1");
        store.flowFor(WHILE, owner);
        early.append("d1");
        early.commit();
        store.flowAll(owner);
    }

    @Behaviour("S04")
    @Tag("S04")
    void orderOfAnAggregateHoldsThoughTransactionsOverlap() throws Exception {
        StoreScenario store = scenario();
        Owner first = store.owner();
        Owner second = store.owner();
        StoreScenario.Writing early = store.begin();
        early.append("x1");
        store.append("a1");
        // Appended after the commit of the one before, by a transaction that began before it.
        early.append("a2");
        store.append("b1");
        List<OutboxRecord> held = new ArrayList<>(first.claim(1));
        held.addAll(first.claim(1));
        early.commit();
        store.append("a3");
        store.flowFor(WHILE, second);
        first.acknowledge(held);
        store.flowAll(second, first);
    }

    @Behaviour("S05")
    @Tag("S05")
    void claimTakesNoMoreThanAsked() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append("a1", "a2", "a3", "b1", "b2", "c1", "d1", "e1", "f1", "a4");
        assertThat(owner.claim(0)).as("claimed where none were asked for").isEmpty();
        takeAll(owner, 3, Long.MAX_VALUE);
    }

    @Behaviour("S06")
    @Tag("S06")
    void claimTakesNoMoreBytesThanAskedButOneRecord() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append(
                StoreScenario.TOPIC,
                IntStream.range(0, 12)
                        .mapToObj(i -> Envelope.builder("OrderPlaced")
                                .eventId("e" + i)
                                .aggregateId(i % 3 == 0 ? null : "a" + i % 5)
                                .payload(new byte[1_000])
                                .build())
                        .toList());
        List<OutboxRecord> two = new ArrayList<>();
        store.until(() -> "something is claimed", () -> {
            two.addAll(owner.claim(100, 1_500, LONG));
            return !two.isEmpty();
        });
        assertThat(two.size()).as("records of 1000 bytes in 2500").isLessThanOrEqualTo(2);
        owner.acknowledge(two);
        takeAll(owner, 100, 1);
    }

    @Behaviour("S07")
    @Tag("S07")
    void aggregatesThatDifferInCaseAccentOrSpaceDoNotWaitForEachOther() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append(
                StoreScenario.TOPIC,
                List.of(
                        StoreScenario.event("first", "order-a"),
                        StoreScenario.event("case", "order-A"),
                        StoreScenario.event("accent", "order-ä"),
                        StoreScenario.event("space", "order-a "),
                        StoreScenario.event("same", "order-a")));
        List<OutboxRecord> held = store.hold(owner, "first");
        owner.deadLetter(StoreScenario.one(held, "first"));
        owner.giveBack(StoreScenario.but(held, "first"));
        store.flow(List.of("case", "accent", "space"), owner);
        store.nothingComes(WHILE, owner);
        owner.requeue("first");
        store.flowAll(owner);
    }

    @Behaviour("S08")
    @Tag("S08")
    void backlogOfThousandsIsClaimedAndAcknowledgedAtOnce() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        String[] ids = IntStream.range(0, 1_500).mapToObj(i -> "u" + i).toArray(String[]::new);
        store.append(StoreScenario.TOPIC, StoreScenario.unkeyed(ids));
        List<OutboxRecord> held = store.hold(owner, ids);
        assertThat(owner.unpublished(List.of(ids))).as("unpublished").containsExactly(ids);
        assertThat(owner.renew(held, LONG)).as("lost of its own").isEmpty();
        owner.acknowledge(held);
        store.flowAll(owner);
        assertThat(owner.unpublished(List.of(ids))).as("unpublished").isEmpty();
    }

    /** Claims in small bites, which the owner looks at, and acknowledges. */
    private void takeAll(Owner owner, int most, long mostBytes) {
        StoreScenario store = scenario();
        store.until(() -> "all are claimed; missing are " + store.ledger().unpublished(), () -> {
            owner.acknowledge(owner.claim(most, mostBytes, Duration.ofMinutes(1)));
            return store.ledger().unpublished().isEmpty();
        });
    }
}
