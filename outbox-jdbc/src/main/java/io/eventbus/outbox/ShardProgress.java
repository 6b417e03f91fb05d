package io.eventbus.outbox;

import java.util.Collection;
import java.util.TreeSet;

/**
 * What a relay has read of one shard that it owns, and what of that is open: claimed and neither published nor moved to those that wait. The {@linkplain #position
 * position} is saved; whoever takes the shard over begins there.
 *
 * <p>A row comes in turn, above everything read before, or late, out of a gap below. The position ends before the first open one of those in turn, so
 * that it stays short however many are open; late ones are listed in it.
 *
 * <p>Concurrency: not safe; owned by the relay's store thread.
 */
final class ShardProgress {

    /** Where this owner began, or how far the shard was read when the log was wound back for another one. */
    private Position read;

    private boolean leaving;
    private final TreeSet<Long> inTurn = new TreeSet<>();
    private final TreeSet<Long> late = new TreeSet<>();

    ShardProgress(Position start) {
        this.read = start;
    }

    /** Whether a row that the log shows is not done and not open here already. */
    boolean isNew(long id) {
        return !leaving && !read.covers(id) && !inTurn.contains(id) && !late.contains(id);
    }

    /**
     * A row was read and is open now.
     *
     * @param outOfGap whether it appeared in a gap of the log
     */
    void open(long id, boolean outOfGap) {
        if (outOfGap || id <= read.through()) {
            read.open().close(id);
            late.add(id);
        } else {
            inTurn.add(id);
        }
    }

    /** Rows are done. */
    void settle(Collection<LogRow> rows) {
        for (LogRow row : rows) {
            if (!inTurn.remove(row.id())) {
                late.remove(row.id());
            }
        }
    }

    /**
     * A row leaves the log for another table, so the position must not end before it any more, whatever is open below: it would be read a second time. What is open
     * below is listed in the position instead.
     */
    void pass(long id) {
        late.addAll(inTurn.headSet(id));
        inTurn.headSet(id).clear();
    }

    /** Rows are open again, since their settling could not be saved. */
    void reopen(Collection<LogRow> rows) {
        for (LogRow row : rows) {
            late.add(row.id());
        }
    }

    /** Nothing more of the shard is read, wherever the log goes. */
    void leave(Position log) {
        read = reached(log);
        leaving = true;
    }

    boolean isLeaving() {
        return leaving;
    }

    /** The log is about to be wound back from here: what was read is not to be read again. */
    void woundBack(Position log) {
        read = reached(log);
    }

    /** The position, given how far the log was read. */
    Position position(Position log) {
        Position reached = reached(log);
        long through = reached.through();
        if (!inTurn.isEmpty()) {
            through = Math.min(through, inTurn.first() - 1);
        }
        Gaps open = reached.open().through(through);
        for (long id : late.headSet(through, true)) {
            open.include(id, id);
        }
        return new Position(through, open);
    }

    /** The further one of where this owner began and how far the log was read. */
    private Position reached(Position log) {
        return !leaving && log.through() >= read.through()
                ? new Position(log.through(), log.open().through(log.through()))
                : read;
    }
}
