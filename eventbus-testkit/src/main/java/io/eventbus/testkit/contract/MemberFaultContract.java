package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Capability;
import io.eventbus.api.Outcome;
import io.eventbus.api.SubscriptionSpec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section I, fourth part: members that join and leave all the time. */
@DisplayName("I. rebalance storms")
abstract class MemberFaultContract extends ContractSection {

    private static final Duration STORM = Duration.ofSeconds(Long.getLong("eventbus.faults.storm", 60));
    private static final Duration EVERY = Duration.ofSeconds(2);
    private static final Duration STABLE = Duration.ofSeconds(10);
    private static final int KEYS = 40;
    private static final int IN_FLIGHT = 200;

    MemberFaultContract(ContractSuite suite) {
        super(suite);
    }

    /** Where an ordered group admits one subscription at a time, it is handed over from one to the next. */
    @Behaviour("C115")
    @Tag("C115")
    void orderedGroupKeepsItsOrderWhileMembersComeAndGo() {
        Scenario s = scenario();
        int beside = s.has(Capability.SHARED_ORDERED_GROUP) ? 2 : 0;
        storm(s, s::spec, beside);
        KeyedOrderContract.assertInOrder(s, s.reading());
        assertThat(s.reading().overlaps()).isEmpty();
    }

    @Behaviour("C115")
    @Tag("C115")
    void unorderedGroupLosesNothingWhileMembersComeAndGo() {
        Scenario s = scenario();
        storm(s, s::unordered, 2);
    }

    /** @param beside how many members stay while one comes or goes */
    private static void storm(Scenario s, Supplier<SubscriptionSpec.Builder> spec, int beside) {
        Node publisher = s.connect();
        AtomicBoolean over = new AtomicBoolean();
        s.inParallel(2, thread -> {
            if (thread == 0) {
                try {
                    joinAndLeave(s, spec, beside);
                } finally {
                    over.set(true);
                }
            } else {
                while (!over.get()) {
                    publisher.publish(s.events(KEYS, KEYS));
                    pause(Duration.ofMillis(100));
                }
            }
        });
        s.awaitAcknowledged();
        s.awaitHandled();
        long calm = System.nanoTime();
        publisher.publish(s.events(5 * KEYS, KEYS));
        s.await(
                "the group is stable",
                STABLE,
                () -> s.ledger().allSettled() && s.ledger().isComplete(s.reading()));
        s.measure("stable after", Duration.ofNanos(System.nanoTime() - calm));
    }

    private static void joinAndLeave(Scenario s, Supplier<SubscriptionSpec.Builder> spec, int beside) {
        Deque<Node> members = new ArrayDeque<>();
        long end = System.nanoTime() + STORM.toNanos();
        while (System.nanoTime() - end < 0) {
            if (members.size() > beside) {
                members.remove().close();
            }
            Node member = s.connect();
            member.subscribe(spec.get().maxInFlight(IN_FLIGHT), delivery -> {
                Work.upTo(10);
                return Outcome.ack();
            });
            members.add(member);
            pause(EVERY);
        }
    }

    private static void pause(Duration time) {
        try {
            Work.of(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
