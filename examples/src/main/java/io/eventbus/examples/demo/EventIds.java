package io.eventbus.examples.demo;

import java.util.UUID;

/**
 * The event ids of one run: those of the workload carry their index, those of transactions that are rolled back can be told from them.
 *
 * @param run what all of them begin with
 */
record EventIds(String run) {

    /** What {@link #index} gives for an event that was rolled back. */
    static final int ROLLED_BACK = -1;

    private static final String ROLLED_BACK_MARK = "rolled-back-";

    static EventIds random() {
        return new EventIds(UUID.randomUUID().toString().substring(0, 8));
    }

    /** The id of an event of the workload. */
    String of(int index) {
        return run + "-" + index;
    }

    /** The id of an event whose transaction is going to be rolled back. */
    String ofRolledBack(int number, int event) {
        return run + "-" + ROLLED_BACK_MARK + number + "-" + event;
    }

    /** The index of the event in the workload, or {@link #ROLLED_BACK}. */
    int index(String id) {
        String rest = id.substring(run.length() + 1);
        return rest.startsWith(ROLLED_BACK_MARK) ? ROLLED_BACK : Integer.parseInt(rest);
    }
}
