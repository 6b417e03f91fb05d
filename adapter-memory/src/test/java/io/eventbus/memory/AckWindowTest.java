package io.eventbus.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AckWindowTest {

    @Test
    void frontierStopsAtTheOldestUnacknowledgedMessage() {
        AckWindow window = new AckWindow(10);
        for (int offset = 10; offset < 15; offset++) {
            assertThat(window.deliver(offset)).isEqualTo(1);
        }
        window.acknowledge(12);
        window.acknowledge(11);
        assertThat(window.frontier()).isEqualTo(10);
        window.acknowledge(10);
        assertThat(window.frontier()).isEqualTo(13);
        assertThat(window.isOwed(12)).isFalse();
        assertThat(window.isOwed(13)).isFalse();
        assertThat(window.isOwed(15)).isTrue();
    }

    @Test
    void whatTheOwnerDroppedIsOwedAgainAndCounted() {
        AckWindow window = new AckWindow(0);
        window.deliver(0);
        window.drop(0);
        assertThat(window.isOwed(0)).isTrue();
        assertThat(window.deliver(0)).isEqualTo(2);
    }

    @Test
    void aNewOwnerIsOwedWhatTheOldOneHeldOrWasDoneWithButNotWhatIsAcknowledged() {
        AckWindow window = new AckWindow(0);
        window.deliver(0);
        window.deliver(1);
        window.deliver(2);
        window.done(1);
        window.done(2);
        window.acknowledge(2);
        window.forgetOwner();
        assertThat(window.isOwed(0)).isTrue();
        assertThat(window.isOwed(1)).isTrue();
        assertThat(window.isOwed(2)).isFalse();
    }

    @Test
    void countsWhatTheOwnerHoldsOrIsDoneWithAsUnsettled() {
        AckWindow window = new AckWindow(0);
        for (int offset = 0; offset < 5; offset++) {
            window.deliver(offset);
        }
        assertThat(window.unsettled()).isEqualTo(5);
        window.drop(0);
        window.done(1);
        window.done(2);
        window.acknowledge(2);
        assertThat(window.unsettled()).isEqualTo(3);
        window.forgetOwner();
        assertThat(window.unsettled()).isZero();
    }

    @Test
    void growsWithWhatIsInFlightAndForgetsNothing() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        AckWindow window = new AckWindow(1_000);
        List<Long> open = new ArrayList<>();
        long next = 1_000;
        for (int step = 0; step < 20_000; step++) {
            if (open.isEmpty() || random.nextInt(100) < 52) {
                window.deliver(next);
                open.add(next++);
            } else {
                window.acknowledge(open.remove(random.nextInt(open.size())));
            }
            long oldest = open.stream().mapToLong(Long::longValue).min().orElse(next);
            assertThat(window.frontier()).as("seed %d, step %d", seed, step).isEqualTo(oldest);
        }
    }
}
