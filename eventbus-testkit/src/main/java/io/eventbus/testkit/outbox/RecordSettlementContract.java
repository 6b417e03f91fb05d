package io.eventbus.testkit.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.outbox.OutboxRecord;
import io.eventbus.testkit.contract.Behaviour;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** What was published, and what was given back. */
abstract class RecordSettlementContract extends StoreSection {

    RecordSettlementContract(OutboxStoreContract contract) {
        super(contract);
    }

    @Behaviour("S17")
    @Tag("S17")
    void acknowledgedRecordsAreNeverClaimedAgain() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        String[] ids = {"a1", "b1", "a2", "c1", "a3", "b2"};
        store.append(ids);
        store.flowAll(owner);
        assertThat(owner.unpublished(List.of(ids))).as("unpublished").isEmpty();
        Owner restarted = store.owner();
        assertThat(restarted.unpublished(List.of(ids))).as("unpublished").isEmpty();
        store.nothingComes(WHILE, restarted, owner);
        store.append("a4");
        store.flowAll(restarted, owner);
    }

    @Behaviour("S18")
    @Tag("S18")
    void recordsAreAcknowledgedInAnyOrder() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append("a1", "b1", "c1", "d1", "e1", "a2");
        List<OutboxRecord> held = store.hold(owner, "a1", "b1", "c1", "d1", "e1");
        owner.acknowledge(List.of(StoreScenario.one(held, "e1")));
        owner.acknowledge(List.of(StoreScenario.one(held, "c1")));
        // Neither may come again, nor anything that is held still.
        List<OutboxRecord> more = new ArrayList<>(owner.claim());
        owner.acknowledge(List.of(StoreScenario.one(held, "d1"), StoreScenario.one(held, "b1")));
        owner.acknowledge(StoreScenario.but(held, "e1", "c1", "d1", "b1"));
        owner.acknowledge(more);
        store.flowAll(owner);
        store.nothingComes(WHILE, owner, store.owner());
    }

    @Behaviour("S19")
    @Tag("S19")
    void recordCountsAsPublishedOnce() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append("a1", "b1");
        List<OutboxRecord> held = store.hold(owner, "a1", "b1");
        List<OutboxRecord> one = List.of(StoreScenario.one(held, "a1"));
        owner.acknowledge(one);
        assertThat(owner.store().acknowledge(owner.name(), one))
                .as("counted of what was acknowledged before")
                .isZero();
        owner.acknowledge(List.of(StoreScenario.one(held, "b1")));
        store.flowAll(owner);
    }

    @Behaviour("S20")
    @Tag("S20")
    void givenBackRecordsCanBeClaimedAtOnce() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        Owner heir = store.heir(owner);
        store.append("a1", "b1", "a2", "a3");
        owner.giveBack(store.hold(owner, "a1", "b1"));
        store.flowAll(heir);
    }

    @Behaviour("S21")
    @Tag("S21")
    void givenBackRecordsAreNoLongerTheOwners() throws Exception {
        StoreScenario store = scenario();
        Owner owner = store.owner();
        store.append("a1", "b1", "c1");
        List<OutboxRecord> held = store.hold(owner, "a1", "b1", "c1");
        owner.giveBack(held);
        assertThat(owner.store().acknowledge(owner.name(), held))
                .as("counted of what was given back before")
                .isZero();
        owner.store().fail(owner.name(), List.of(Owner.failure(StoreScenario.one(held, "a1"), LONG)));
        owner.store().deadLetter(owner.name(), List.of(Owner.failure(StoreScenario.one(held, "b1"), LONG)));
        assertThat(owner.renew(held, LONG).size()).as("lost of its own").isEqualTo(held.size());
        store.flowAll(owner);
    }
}
