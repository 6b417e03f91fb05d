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
            waiting("C181", ACKNOWLEDGES_BEFORE_THE_DEAD_LETTER, "C087", "pending on the broker"),
            waiting("C181", ACKNOWLEDGES_BEFORE_THE_DEAD_LETTER, "C096", "all is handled; missing are"),
            waiting("C182", DROPS_RETRIES_WHEN_THE_PARTITION_GOES, "C084", "all is handled; missing are"),
            line("C183", DEAD_LETTER_WITHOUT_KEY, "C086", "the event as it was"),
            waiting("C184", HEALTH_ALWAYS_UP, "C087", "not within PT4S: health tells"),
            line("C185", TOLD_TWICE, "C013", "publishes without exactly one outcome"),
            waiting("C185", NEVER_TOLD, "C013", "every publish has its outcome"),
            line("C186", SUCCESS_BEFORE_THE_ACKNOWLEDGEMENT, "C014", "no longer: nothing is acknowledged"),
            line("C187", LOSES_NON_ASCII, "C028", "altered on the way"),
            line("C187", LOWER_CASES_HEADER_VALUES, "C028", "altered on the way"),
            line("C187", LOWER_CASES_HEADER_NAMES, "C029", "the case as given"),
            line("C188", CLOSES_WITHOUT_DRAINING, "C100", "every event is started once"),
            line("C189", REQUIREMENTS_IGNORED, "C126", "refusal of"),
            line("C190", HANGS_AFTER_RECONNECT, "C111", "not within PT10S: consumption goes on"),
            line("-", BUSIEST_KEY_FIRST, "C060", "handled of the hot key by then"),
            line("-", EARLIER_SUBSCRIPTION_FIRST, "C062", "handled by the saturated one meanwhile"),
            waiting("-", PAUSE_IGNORED, "C107", "no longer: it rests and is a member"),
            line("-", PAUSE_LEAVES_THE_GROUP, "C107", "every key stayed where it was"),
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
