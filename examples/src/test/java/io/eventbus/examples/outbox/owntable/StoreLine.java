package io.eventbus.examples.outbox.owntable;

import static io.eventbus.examples.outbox.owntable.StoreMutant.*;

import java.util.List;

/**
 * A line of the gallery: a mutant, and the test of the kit that must fail on it, with what it must say.
 *
 * @param mutant the broken store
 * @param behaviour the test that must fail
 * @param reason what the failure must say
 */
record StoreLine(StoreMutant mutant, String behaviour, String reason) {

    static final List<StoreLine> ALL = List.of(
            new StoreLine(APPENDS_OUTSIDE_THE_TRANSACTION, "S01", "although its transaction was rolled back"),
            new StoreLine(LOSES_ORDER, "S01", "of the same aggregate, which is still to be published"),
            new StoreLine(CLAIMS_TWICE, "S02", "although relay-1 has claimed it"),
            new StoreLine(NO_FENCE, "S02", "of the same aggregate, which is claimed by relay-1"),
            new StoreLine(SKIPS_LATE_COMMITTED, "S03", "missing are [a1]"),
            new StoreLine(NO_FENCE, "S04", "of the same aggregate, which is claimed by relay-1"),
            new StoreLine(NUMBER_IGNORED, "S05", "records of one claim"),
            new StoreLine(BYTES_IGNORED, "S06", "bytes of one claim"),
            new StoreLine(DEAD_BLOCKS_WHAT_DIFFERS_IN_CASE, "S07", "missing are [case]"),
            new StoreLine(ACKNOWLEDGES_A_THOUSAND, "S08", "no rows are left"),
            new StoreLine(TOMBSTONE_BECOMES_EMPTY, "S09", "altered in the table"),
            new StoreLine(DEAD_ARE_NOT_FOUND, "S10", "[unpublished]"),
            new StoreLine(REQUEUE_COUNTS_WHAT_IT_IS_GIVEN, "S11", "were queued again"),
            new StoreLine(GIVING_BACK_NONE_GIVES_ALL_BACK, "S12", "although it holds it already"),
            new StoreLine(RENEWAL_IGNORED, "S13", "although relay-1 has claimed it"),
            new StoreLine(LEASE_NEVER_ENDS, "S14", "all are claimed; missing are"),
            new StoreLine(LATE_ACKNOWLEDGEMENT_IS_COUNTED, "S15", "counted of what a late owner acknowledged"),
            new StoreLine(LATE_ACKNOWLEDGEMENT_TAKES_EFFECT, "S15", "[unpublished]"),
            new StoreLine(LATE_FAILURE_TAKES_EFFECT, "S15", "lost of its own"),
            new StoreLine(LATE_GIVING_BACK_TAKES_EFFECT, "S15", "lost of its own"),
            new StoreLine(LOSS_NOT_TOLD, "S15", "lost of its own"),
            new StoreLine(LEASE_NEVER_ENDS, "S16", "all are claimed; missing are"),
            new StoreLine(ACKNOWLEDGES_NOTHING, "S17", "no rows are left"),
            new StoreLine(FORGETS_AT_A_RESTART, "S17", "although it was acknowledged"),
            new StoreLine(POSITION_PASSES_GAPS, "S18", "when acknowledged"),
            new StoreLine(LATE_ACKNOWLEDGEMENT_IS_COUNTED, "S19", "counted of what was acknowledged before"),
            new StoreLine(GIVES_NOTHING_BACK, "S20", "all are claimed; missing are"),
            new StoreLine(GIVING_BACK_COUNTS_AS_FAILURE, "S20", "tells of 1 failures, there were 0"),
            new StoreLine(LATE_ACKNOWLEDGEMENT_IS_COUNTED, "S21", "counted of what was given back before"),
            new StoreLine(FAILURE_DELAY_IGNORED, "S22", "before its delay was over"),
            new StoreLine(FAILED_DOES_NOT_BLOCK, "S22", "of the same aggregate, which has failed"),
            new StoreLine(FAILURE_STOPS_ALL, "S22", "all are claimed; missing are"),
            new StoreLine(FAILURES_NOT_COUNTED, "S23", "tells of 0 failures, there were 1"),
            new StoreLine(GIVEN_BACK_GOES_TO_THE_END, "S24", "of the same aggregate, which is still to be published"),
            new StoreLine(DEAD_DOES_NOT_BLOCK, "S25", "of the same aggregate, which is dead"),
            new StoreLine(REQUEUE_KEEPS_FAILURES, "S26", "tells of 1 failures, there were 0"),
            new StoreLine(UNKEYED_SHARE_A_FENCE, "S27", "all are claimed; missing are"),
            new StoreLine(NO_FENCE, "S28", "of the same aggregate, which"),
            new StoreLine(GIVEN_BACK_GOES_TO_THE_END, "S29", "of the same aggregate, which"));

    @Override
    public String toString() {
        return mutant + " makes " + behaviour + " fail";
    }
}
