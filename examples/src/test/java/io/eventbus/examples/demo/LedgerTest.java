package io.eventbus.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The ledger must see what it is there to see. */
class LedgerTest {

    private final Workload workload = SyntheticWorkload.of(6, 1, 2, 64, 1);
    private final Ledger ledger = new Ledger(workload);

    @Test
    void aRunInOrderIsExact() {
        for (int i = 0; i < 6; i++) {
            publish(i);
            handle(i);
        }
        assertThat(ledger.verdict(0, false)).isEqualTo("exact");
        assertThat(ledger.allHandled().getCount()).isZero();
    }

    @Test
    void aLostEventIsAGap() {
        for (int i = 0; i < 6; i++) {
            publish(i);
            if (i != 3) {
                handle(i);
            }
        }
        assertThat(ledger.gaps()).isEqualTo(1);
        assertThat(ledger.verdict(0, false)).contains("1 acknowledged events never handled");
    }

    @Test
    void aLaterEventBeforeAnEarlierOneIsReordered() {
        int[] sameAggregate = twoOfOneAggregate();
        handle(sameAggregate[1]);
        handle(sameAggregate[0]);
        assertThat(ledger.reordered()).isEqualTo(1);
    }

    @Test
    void aRetryIsNoReordering() {
        int[] sameAggregate = twoOfOneAggregate();
        ledger.started(sameAggregate[0]);
        ledger.ended(sameAggregate[0], false);
        handle(sameAggregate[0]);
        handle(sameAggregate[1]);
        assertThat(ledger.reordered()).isZero();
        assertThat(ledger.duplicates()).isZero();
    }

    @Test
    void twoAtOnceOfOneAggregateOverlap() {
        int[] sameAggregate = twoOfOneAggregate();
        ledger.started(sameAggregate[0]);
        ledger.started(sameAggregate[1]);
        assertThat(ledger.overlapped()).isEqualTo(1);
    }

    @Test
    void aSecondHandlingIsADuplicateAndASecondOutcomeIsSeen() {
        for (int i = 0; i < 6; i++) {
            publish(i);
            handle(i);
        }
        handle(0);
        ledger.reported(0, true);
        assertThat(ledger.duplicates()).isEqualTo(1);
        assertThat(ledger.verdict(0, false))
                .contains("1 events handled twice")
                .contains("1 publishes with two outcomes");
    }

    private int[] twoOfOneAggregate() {
        int first = 0;
        for (int i = 1; i < 6; i++) {
            if (workload.events().get(i).aggregate()
                    == workload.events().get(first).aggregate()) {
                return new int[] {first, i};
            }
        }
        throw new AssertionError("the workload has no two events of one aggregate");
    }

    private void publish(int index) {
        ledger.published(index);
        ledger.reported(index, true);
    }

    private void handle(int index) {
        ledger.started(index);
        ledger.ended(index, true);
    }
}
