package io.eventbus.nats;

/**
 * The count of messages asked for and not yet received, and how many to ask for next. The window of what is asked for grows while
 * messages flow and shrinks when pull requests expire unfilled. New credit is asked for when half of the window is used up, so that
 * requests overlap and none is tiny.
 *
 * <p>Concurrency: not safe; guarded by its owner.
 */
final class PullCredit {

    static final int MAX_BATCH = 1_000;
    private static final int MIN_WINDOW = 200;
    private static final int MAX_WINDOW = 2 * MAX_BATCH;

    private int window = MIN_WINDOW;
    private int requested;

    /** How many messages are asked for and neither received nor expired. */
    int requested() {
        return requested;
    }

    /**
     * How many to ask for now, which counts as asked; 0 if not now.
     *
     * @param room how many more the sink takes, those asked for included
     */
    int ask(int room) {
        int target = Math.min(room, window);
        if (requested > target / 2 || target <= requested) {
            return 0;
        }
        if (requested > 0) {
            window = Math.min(window * 2, MAX_WINDOW);
        }
        int batch = Math.min(target - requested, MAX_BATCH);
        requested += batch;
        return batch;
    }

    void received() {
        requested = Math.max(0, requested - 1);
    }

    /** A pull request ended with so many messages not sent. */
    void expired(int unsent) {
        requested = Math.max(0, requested - unsent);
        window = Math.max(window / 2, MIN_WINDOW);
    }

    /** Nothing asked for before counts any more. */
    void reset() {
        requested = 0;
    }
}
