package io.eventbus.testkit.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.outbox.OutboxRecord;
import io.eventbus.api.outbox.OutboxStore;
import io.eventbus.testkit.contract.Behaviour;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** How long a claim holds, and what becomes of it afterwards. */
abstract class LeaseContract extends StoreSection {

    private static final Duration SHORT = Duration.ofMillis(400);

    LeaseContract(OutboxStoreContract contract) {
        super(contract);
    }

    @Behaviour("S13")
    @Tag("S13")
    void renewedClaimHolds() throws Exception {
        StoreScenario store = scenario();
        Owner first = store.owner();
        Owner second = store.owner();
        store.append("a1", "b1");
        Duration lease = Duration.ofSeconds(2);
        List<OutboxRecord> held = store.hold(first, lease, "a1", "b1");
        assertThat(first.renew(held, LONG)).as("lost of its own").isEmpty();
        store.nothingComes(lease.plus(WHILE), second);
        first.acknowledge(held);
        store.flowAll(first, second);
    }

    @Behaviour("S14")
    @Tag("S14")
    void claimThatIsNotRenewedRunsOut() throws Exception {
        StoreScenario store = scenario();
        Owner first = store.owner();
        Owner second = store.owner();
        store.append("a1", "b1", "a2");
        store.hold(first, SHORT, "a1", "b1");
        store.flowAll(second);
    }

    @Behaviour("S15")
    @Tag("S15")
    void whatALateOwnerSaysHasNoEffect() throws Exception {
        StoreScenario store = scenario();
        Owner late = store.owner();
        Owner owner = store.owner();
        Owner third = store.owner();
        String[] ids = {"a1", "b1", "c1", "d1", "e1"};
        store.append(ids);
        List<OutboxRecord> lost = store.hold(late, SHORT, ids);
        List<OutboxRecord> held = store.hold(owner, ids);

        OutboxStore stale = late.store();
        assertThat(stale.acknowledge(late.name(), List.of(StoreScenario.one(lost, "a1"))))
                .as("counted of what a late owner acknowledged")
                .isZero();
        stale.fail(late.name(), List.of(Owner.failure(StoreScenario.one(lost, "b1"), LONG)));
        stale.deadLetter(late.name(), List.of(Owner.failure(StoreScenario.one(lost, "c1"), Duration.ZERO)));
        stale.giveBack(late.name(), List.of(StoreScenario.one(lost, "d1")));
        assertThat(StoreScenario.ids(stale.renew(late.name(), lost, LONG)))
                .as("lost of its own")
                .containsExactlyInAnyOrder(ids);

        assertThat(owner.unpublished(List.of(ids))).as("unpublished").containsExactly(ids);
        assertThat(owner.renew(held, LONG)).as("lost of its own").isEmpty();
        owner.requeue(ids); // none is dead
        store.nothingComes(WHILE, third);
        List<OutboxRecord> back = List.of(StoreScenario.one(held, "b1"), StoreScenario.one(held, "c1"));
        owner.acknowledge(StoreScenario.but(held, "b1", "c1"));
        owner.giveBack(back); // neither waits, and neither has failed
        store.flowAll(owner, third);
    }

    @Behaviour("S16")
    @Tag("S16")
    void recordsOfACrashedOwnerComeBackInTheirOrder() throws Exception {
        StoreScenario store = scenario();
        Owner crashed = store.owner();
        store.append("a1", "b1", "a2", "c1", "a3", "b2");
        List<OutboxRecord> held = store.hold(crashed, SHORT, "a1", "b1", "c1");
        crashed.acknowledge(List.of(StoreScenario.one(held, "a1")));
        store.crash(crashed);
        store.append("a4", "c2");
        store.flowAll(store.owner());
    }
}
