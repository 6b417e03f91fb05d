package io.eventbus.memory;

import java.util.ArrayList;
import java.util.List;

/** An append-only list of messages with offsets; its oldest part can be dropped. Guarded by the broker's lock. */
final class PartitionLog {

    /** Dropping moves what is left, so it is done for many at once. */
    private static final int DROP_AT_LEAST = 1024;

    private final List<StoredMessage> messages = new ArrayList<>();
    private long first;

    /** The offset of the oldest message kept. */
    long first() {
        return first;
    }

    /** The offset of the next message to be stored. */
    long end() {
        return first + messages.size();
    }

    StoredMessage at(long offset) {
        return messages.get(Math.toIntExact(offset - first));
    }

    void append(StoredMessage message) {
        messages.add(message);
    }

    /** Drops the oldest messages below {@code offset} as long as more than {@code retained} are left below it. */
    void retain(long retained, long offset) {
        long surplus = offset - first - retained;
        if (surplus >= DROP_AT_LEAST) {
            messages.subList(0, (int) surplus).clear();
            first += surplus;
        }
    }
}
