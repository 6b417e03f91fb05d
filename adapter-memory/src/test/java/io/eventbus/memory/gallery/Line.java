package io.eventbus.memory.gallery;

import static io.eventbus.memory.gallery.Mutant.*;

import java.time.Duration;
import java.util.List;

/**
 * A line of the gallery: a mutant, and the test of the kit that must fail on it, with what it must say.
 *
 * @param number the line's number in the contract; a dash if it has none
 * @param mutant the broken adapter
 * @param behaviour the test that must fail
 * @param reason what the failure must say
 * @param patience how long the kit waits on the mutant; short where it waits in vain
 */
record Line(String number, Mutant mutant, String behaviour, String reason, Duration patience) {

    private static final Duration IN_VAIN = Duration.ofSeconds(4);
    private static final Duration LONG = Duration.ofSeconds(60);

    static final List<Line> ALL = List.of(
            waiting("C173", DROPS_ONE_IN_1000, "C005", "all is handled; missing are"),
            waiting("C173", SENDS_ARE_LOST_ONE_IN_300, "C005", "all is handled; missing are"),
            line("C174", ACKNOWLEDGES_AT_CLOSE_ONLY, "C067", "in flight 100 and handled within"),
            line("C175", SWAPS_NEIGHBOURS_OF_A_KEY, "C049", "not in publish order"),
            line("C176", OVERLAPS_HANDLERS_OF_A_KEY, "C050", "handlers that ran beside another one of their key"),
            line("C177", RETRIES_THROUGH_THE_BROKER, "C052", "runs before an earlier event of the key was done"),
            waiting("C178", ACKNOWLEDGES_BEFORE_THE_HANDLER, "C065", "all is handled; missing are"),
            waiting("C179", POSITION_PASSES_GAPS, "C073", "all is handled; missing are"),
            waiting("C180", REMEMBERS_THE_EVENT_BEFORE_ITS_HANDLER, "C077", "all is handled; missing are"),
            line("C185", TOLD_TWICE, "C013", "publishes without exactly one outcome"),
            waiting("C185", NEVER_TOLD, "C013", "every publish has its outcome"),
            line("C186", SUCCESS_BEFORE_THE_ACKNOWLEDGEMENT, "C014", "no longer: nothing is acknowledged"),
            line("C187", LOSES_NON_ASCII, "C001", "altered on the way"),
            line("C187", LOWER_CASES_HEADER_VALUES, "C001", "altered on the way"),
            line("C188", CLOSES_WITHOUT_DRAINING, "C066", "every event is started once"),
            line("C189", CLAIMS_WILDCARDS, "C009", "no adapter can declare WILDCARD"),
            waiting("C190", HANGS_AFTER_RECONNECT, "C201", "not within PT4S: handled"),
            line("C204", RESENDS_BEHIND_LATER_ONES, "C202", "not in publish order"),
            line("C205", TAKES_WHAT_COMES_AFTER_A_LOSS, "C201", "not in publish order"));

    private static Line line(String number, Mutant mutant, String behaviour, String reason) {
        return new Line(number, mutant, behaviour, reason, LONG);
    }

    private static Line waiting(String number, Mutant mutant, String behaviour, String reason) {
        return new Line(number, mutant, behaviour, reason, IN_VAIN);
    }

    @Override
    public String toString() {
        return number + ": " + mutant + " makes " + behaviour + " fail";
    }
}
