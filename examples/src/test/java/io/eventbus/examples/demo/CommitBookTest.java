package io.eventbus.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The books of an outbox must see what they are there to see. */
class CommitBookTest {

    private static final int EVENTS = 6;

    private final Workload workload = SyntheticWorkload.of(EVENTS, 1, 1, 64, 1);
    private final Ledger ledger = new Ledger(workload);
    private final CommitBook book = new CommitBook(workload, ledger);

    @Test
    void aRunInOrderIsExactWhateverWasRolledBackUnseen() {
        book.rolledBack(3);
        for (int i = 0; i < EVENTS; i++) {
            pass(i);
        }
        assertThat(verdict()).isEqualTo("exact");
        assertThat(book.rolledBack()).isEqualTo(3);
    }

    @Test
    void theOrderInWhichAWriterNotesAndABrokerAcknowledgesDoesNotMatter() {
        for (int i = 0; i < EVENTS; i++) {
            int[] transaction = {i};
            book.committing(transaction);
            acknowledge(i);
            handle(i);
            book.committed(transaction);
        }
        assertThat(verdict()).isEqualTo("exact");
        assertThat(book.commitToAcknowledgement(0.5, 0.99)).containsExactly(0, 0);
    }

    @Test
    void aCommittedEventThatNobodyAcknowledgedIsMissing() {
        for (int i = 0; i < EVENTS - 1; i++) {
            pass(i);
        }
        commit(EVENTS - 1);
        assertThat(verdict()).isEqualTo("1 committed events not acknowledged");
    }

    @Test
    void anAcknowledgedEventThatNobodyHandledIsMissing() {
        for (int i = 0; i < EVENTS - 1; i++) {
            pass(i);
        }
        commit(EVENTS - 1);
        acknowledge(EVENTS - 1);
        assertThat(verdict()).isEqualTo("1 acknowledged events never handled");
    }

    @Test
    void anEventThatWasNeverCommittedIsMissing() {
        for (int i = 0; i < EVENTS - 1; i++) {
            pass(i);
        }
        assertThat(verdict()).isEqualTo("1 events never committed");
    }

    @Test
    void aRolledBackEventMayReachNeitherBrokerNorHandler() {
        for (int i = 0; i < EVENTS; i++) {
            pass(i);
        }
        book.rolledBack(1);
        book.reported(EventIds.ROLLED_BACK, true);
        book.started(EventIds.ROLLED_BACK);
        assertThat(verdict()).isEqualTo("2 sights of events that were rolled back");
    }

    @Test
    void anEventMayNotBeSeenBeforeItsCommit() {
        for (int i = 0; i < EVENTS - 1; i++) {
            pass(i);
        }
        acknowledge(EVENTS - 1);
        commit(EVENTS - 1);
        handle(EVENTS - 1);
        assertThat(verdict()).isEqualTo("1 sights of events before their commit");
    }

    @Test
    void theOrderOfTheHandlersIsComparedWithThatOfTheCommits() {
        commit(1);
        commit(0);
        for (int i = 0; i < EVENTS; i++) {
            if (i > 1) {
                commit(i);
            }
            acknowledge(i);
            handle(i);
        }
        // As the workload has it, and yet the second commit was handled first.
        assertThat(ledger.reordered()).isZero();
        assertThat(verdict()).isEqualTo("1 events handled out of commit order");
    }

    @Test
    void aRetryOfAHandlerIsInOrder() {
        for (int i = 0; i < EVENTS; i++) {
            commit(i);
            acknowledge(i);
            book.started(i);
            ledger.started(i);
            ledger.ended(i, false);
            handle(i);
        }
        assertThat(verdict()).isEqualTo("exact");
    }

    @Test
    void whatIsRelayedAgainAfterAFailureIsExactAndTwiceIsNotUnlessThereWereFaults() {
        for (int i = 0; i < EVENTS; i++) {
            commit(i);
            book.reported(i, false);
            acknowledge(i);
            handle(i);
        }
        assertThat(book.failedAttempts()).isEqualTo(EVENTS);
        assertThat(verdict()).isEqualTo("exact");
        acknowledge(0);
        assertThat(verdict()).isEqualTo("1 events relayed twice");
        assertThat(book.verdict(EVENTS, 0, 0, true)).isEqualTo("exact");
    }

    @Test
    void whatWasGivenUpAndWhatTheOrdersSayStandsInTheVerdict() {
        for (int i = 0; i < EVENTS; i++) {
            pass(i);
        }
        assertThat(book.verdict(EVENTS + 2, 3, 4, false))
                .isEqualTo(
                        "2 changes of orders more than committed events, 3 events given up by the relay, 4 events dead-lettered");
    }

    private String verdict() {
        return book.verdict(book.committed(), 0, 0, false);
    }

    private void pass(int index) {
        commit(index);
        acknowledge(index);
        handle(index);
    }

    private void commit(int index) {
        int[] transaction = {index};
        book.committing(transaction);
        book.committed(transaction);
    }

    private void acknowledge(int index) {
        book.reported(index, true);
    }

    private void handle(int index) {
        book.started(index);
        ledger.started(index);
        ledger.ended(index, true);
    }
}
