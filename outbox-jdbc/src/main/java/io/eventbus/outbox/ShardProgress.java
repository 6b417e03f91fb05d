package io.eventbus.outbox;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * How far one shard is done: its rows in the order in which they were read, each settled or not. The position may move to the place of a row once this one and all
 * before it are settled, as the commit of a Kafka partition does.
 *
 * <p>Concurrency: not safe; owned by the relay's store thread.
 *
 * @param <P> a place in the log
 */
final class ShardProgress<P> {

    private final ArrayDeque<Entry<P>> open = new ArrayDeque<>();
    private final Map<Long, Entry<P>> byId = new HashMap<>();
    private P done;
    private P saved;

    ShardProgress(P position) {
        this.done = position;
        this.saved = position;
    }

    /** A row was read; {@code place} is right behind it. */
    void read(long id, P place) {
        Entry<P> entry = new Entry<>(id, place);
        open.add(entry);
        byId.put(id, entry);
    }

    /** Everything up to a place was read, though perhaps nothing of this shard. */
    void passed(P place) {
        if (open.isEmpty()) {
            done = place;
        } else {
            open.getLast().place = place;
        }
    }

    /** The row is done with: published, or moved to those that wait. Whether it was open. */
    boolean settle(long id) {
        Entry<P> entry = byId.remove(id);
        if (entry == null) {
            return false;
        }
        entry.settled = true;
        while (!open.isEmpty() && open.getFirst().settled) {
            done = open.removeFirst().place;
        }
        return true;
    }

    /** The place up to which all is settled. */
    P done() {
        return done;
    }

    /** Whether the position has moved since it was {@link #saved}. */
    boolean isDue() {
        return !done.equals(saved);
    }

    void saved(P position) {
        saved = position;
    }

    /** How many rows are open. */
    int size() {
        return open.size();
    }

    private static final class Entry<P> {

        private final long id;
        private P place;
        private boolean settled;

        Entry(long id, P place) {
            this.id = id;
            this.place = place;
        }

        @Override
        public String toString() {
            return id + (settled ? " settled" : " open");
        }
    }
}
