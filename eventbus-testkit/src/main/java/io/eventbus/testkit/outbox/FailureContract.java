package io.eventbus.testkit.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.outbox.OutboxRecord;
import io.eventbus.testkit.contract.Behaviour;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** What could not be published: once, or at all. */
abstract class FailureContract extends StoreSection {

    private static final Duration DELAY = Duration.ofMillis(700);

    FailureContract(OutboxStoreContract contract) {
        super(contract);
    }

    @Behaviour("S22")
    @Tag("S22")
    void failedRecordAndItsAggregateWaitForTheDelayAndOthersDoNot() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        Owner other = store.owner();
        store.append("a1", "a2", "b1", "z1", "z2");
        List<OutboxRecord> held = store.hold(owner, "a1", "b1", "z1");
        owner.fail(StoreScenario.one(held, "z1"), LONG);
        owner.fail(StoreScenario.one(held, "a1"), DELAY);
        owner.giveBack(StoreScenario.but(held, "a1", "z1", "b1"));
        owner.acknowledge(List.of(StoreScenario.one(held, "b1")));
        store.append("a3", "b2", "c1");
        store.flow(List.of("b2", "c1"), owner, other);
        store.flow(List.of("a1", "a2", "a3"), owner, other);
        assertThat(owner.unpublished(List.of("a1", "a2", "a3", "b1", "b2", "c1", "z1", "z2")))
                .as("unpublished")
                .containsExactly("z1", "z2");
    }

    @Behaviour("S23")
    @Tag("S23")
    void failuresAreCounted() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append("a1", "b1");
        for (int failures = 0; failures < 3; failures++) {
            List<OutboxRecord> held = store.hold(owner, "a1"); // the model compares the number with what was told
            owner.fail(StoreScenario.one(held, "a1"), Duration.ZERO);
            owner.giveBack(StoreScenario.but(held, "a1"));
        }
        assertThat(owner.store().unpublished(List.of("a1")))
                .singleElement()
                .extracting(OutboxRecord::failures)
                .as("failures of what is unpublished")
                .isEqualTo(3);
        store.flowAll(owner);
    }

    @Behaviour("S24")
    @Tag("S24")
    void givenBackBehindAFailedOneComesAfterIt() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append("a1", "a2", "a3", "a4", "b1");
        List<OutboxRecord> held = store.hold(owner, "a1");
        owner.fail(StoreScenario.one(held, "a1"), DELAY);
        store.append("a5");
        owner.giveBack(StoreScenario.but(held, "a1"));
        store.flowAll(owner, store.owner());
    }

    @Behaviour("S25")
    @Tag("S25")
    void deadRecordBlocksItsAggregateAndNoOther() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        Owner other = store.owner();
        store.append("a1", "a2", "b1");
        List<OutboxRecord> held = store.hold(owner, "a1");
        owner.deadLetter(StoreScenario.one(held, "a1"));
        owner.giveBack(StoreScenario.but(held, "a1"));
        store.append("a3", "b2");
        store.flow(List.of("b1", "b2"), owner, other);
        store.nothingComes(WHILE, owner, other);
        assertThat(owner.unpublished(List.of("a3", "a2", "a1", "b1")))
                .as("unpublished")
                .containsExactly("a1", "a2", "a3");
        assertThat(store.table().rowsLeft()).as("rows left").isEqualTo(3);
        // So it stays after a restart.
        store.nothingComes(WHILE, store.owner());
    }

    @Behaviour("S26")
    @Tag("S26")
    void requeuedRecordComesFirstWithNoFailures() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append("a1", "a2");
        List<OutboxRecord> held = store.hold(owner, "a1");
        owner.giveBack(StoreScenario.but(held, "a1"));
        owner.fail(StoreScenario.one(held, "a1"), Duration.ZERO);
        List<OutboxRecord> again = store.hold(owner, "a1");
        owner.giveBack(StoreScenario.but(again, "a1"));
        owner.requeue("a1"); // it is not dead yet
        owner.deadLetter(StoreScenario.one(again, "a1"));
        store.append("a3");
        store.flowFor(WHILE, owner);
        owner.requeue("a1", "a2");
        owner.requeue("a1"); // nor any more
        store.flowAll(owner, store.owner());
    }

    @Behaviour("S27")
    @Tag("S27")
    void unkeyedRecordsWaitForNobody() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append(StoreScenario.TOPIC, StoreScenario.unkeyed("waits", "dead", "held", "free"));
        List<OutboxRecord> held = store.hold(owner, "waits", "dead", "held", "free");
        owner.fail(StoreScenario.one(held, "waits"), LONG);
        owner.deadLetter(StoreScenario.one(held, "dead"));
        owner.giveBack(List.of(StoreScenario.one(held, "free")));
        store.append(StoreScenario.TOPIC, StoreScenario.unkeyed("later"));
        store.flow(List.of("free", "later"), store.heir(owner), owner);
        owner.acknowledge(List.of(StoreScenario.one(held, "held")));
        assertThat(owner.unpublished(List.of("waits", "dead", "held", "free", "later")))
                .as("unpublished")
                .containsExactly("waits", "dead");
    }
}
