package io.eventbus.testkit.outbox;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;
import io.eventbus.api.outbox.OutboxRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model of the port: what has become of each event, and so what may be claimed of them. Every claim of a test is held against it.
 *
 * <p>It errs on the store's side: a claim holds from before the call that makes it, and ends in the model before the call that ends it; times are
 * compared with what the store can have known at the latest.
 *
 * <p>Concurrency: safe from any thread; one lock, nothing is called under it.
 */
final class StoreLedger {

    /** What rounding of times on a database may come to. */
    private static final long SLACK_NANOS = Duration.ofMillis(20).toNanos();

    private enum State {
        UNCOMMITTED,
        ROLLED_BACK,
        READY,
        HELD,
        WAITING,
        DEAD,
        PUBLISHED,
        /** Acknowledged by an owner that has died, in a store that may have forgotten it. */
        MAY_COME_AGAIN
    }

    private static final class Entry {
        final Topic topic;
        final Envelope event;
        State state = State.UNCOMMITTED;
        String owner = "";
        long until;
        int failures;

        Entry(Topic topic, Envelope event) {
            this.topic = topic;
            this.event = event;
        }
    }

    private final Object lock = new Object();
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, List<Entry>> aggregates = new HashMap<>();

    /** Events were appended in a transaction that is still open. */
    void appended(Topic topic, List<Envelope> events) {
        synchronized (lock) {
            for (Envelope event : events) {
                Entry entry = new Entry(topic, event);
                entries.put(event.eventId(), entry);
                if (event.aggregateId() != null) {
                    aggregates
                            .computeIfAbsent(event.aggregateId(), a -> new ArrayList<>())
                            .add(entry);
                }
            }
        }
    }

    /** Their transaction is about to be committed. */
    void committed(Collection<String> ids) {
        become(ids, State.READY);
    }

    /** Their transaction is about to be rolled back. */
    void rolledBack(Collection<String> ids) {
        become(ids, State.ROLLED_BACK);
    }

    /**
     * An owner was given these.
     *
     * @param until when its lease is over at the earliest
     * @throws AssertionError if the port forbids it
     */
    void claimed(String owner, List<OutboxRecord> records, long until) {
        long now = System.nanoTime();
        synchronized (lock) {
            for (OutboxRecord claimed : records) {
                Entry entry = known(claimed);
                checkState(entry, owner, now);
                checkEarlier(entry, owner);
                entry.state = State.HELD;
                entry.owner = owner;
                entry.until = until;
            }
        }
    }

    /** An owner has prolonged all it holds; when it is over now at the earliest. */
    void renewed(String owner, long until) {
        synchronized (lock) {
            for (Entry entry : entries.values()) {
                if (entry.state == State.HELD && entry.owner.equals(owner)) {
                    entry.until = until;
                }
            }
        }
    }

    /** How many of these an owner holds surely. */
    int held(String owner, Collection<? extends OutboxRecord> records) {
        long now = System.nanoTime();
        int held = 0;
        synchronized (lock) {
            for (OutboxRecord each : records) {
                Entry entry = known(each);
                if (entry.state == State.HELD && entry.owner.equals(owner) && entry.until - now > 0) {
                    held++;
                }
            }
        }
        return held;
    }

    /** These are about to be acknowledged by who holds them. */
    void published(Collection<? extends OutboxRecord> records) {
        become(ids(records), State.PUBLISHED);
    }

    /** These are about to be given back by who holds them. */
    void givenBack(Collection<? extends OutboxRecord> records) {
        become(ids(records), State.READY);
    }

    /** This one is about to be reported as failed by who holds it. */
    void failed(OutboxRecord failed, Duration delay) {
        synchronized (lock) {
            Entry entry = known(failed);
            entry.state = State.WAITING;
            entry.failures++;
            entry.until = System.nanoTime() + delay.toNanos();
        }
    }

    /** That one was not reported after all: its owner holds it still, if its lease is not over. */
    void notFailed(OutboxRecord failed) {
        synchronized (lock) {
            Entry entry = entries.get(failed.envelope().eventId());
            if (entry != null) {
                entry.state = State.HELD;
                entry.failures--;
                entry.until = System.nanoTime();
            }
        }
    }

    /** These are about to be given up by who holds them. */
    void dead(Collection<? extends OutboxRecord> records) {
        become(ids(records), State.DEAD);
    }

    /** Dead ones of these are about to be queued again; how many there are. */
    int requeued(Collection<String> ids) {
        int dead = 0;
        synchronized (lock) {
            for (String id : ids) {
                Entry entry = entries.get(id);
                if (entry != null && entry.state == State.DEAD) {
                    entry.state = State.READY;
                    entry.failures = 0;
                    dead++;
                }
            }
        }
        return dead;
    }

    /** An owner has died, and its store may have forgotten what it acknowledged. */
    void forgotten(String owner) {
        synchronized (lock) {
            for (Entry entry : entries.values()) {
                if (entry.state == State.PUBLISHED && entry.owner.equals(owner)) {
                    entry.state = State.MAY_COME_AGAIN;
                }
            }
        }
    }

    /** The ids of what is committed and not published, in the order of appending. */
    List<String> unpublished() {
        synchronized (lock) {
            return entries.entrySet().stream()
                    .filter(e -> switch (e.getValue().state) {
                        case READY, HELD, WAITING, DEAD -> true;
                        case UNCOMMITTED, ROLLED_BACK, PUBLISHED, MAY_COME_AGAIN -> false;
                    })
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    private void become(Collection<String> ids, State state) {
        synchronized (lock) {
            for (String id : ids) {
                Entry entry = entries.get(id);
                if (entry == null) {
                    throw new IllegalArgumentException("nothing of id " + id + " was appended");
                }
                entry.state = state;
            }
        }
    }

    private Entry known(OutboxRecord told) {
        Entry entry = entries.get(told.envelope().eventId());
        if (entry == null) {
            throw new AssertionError("claimed " + told.envelope() + ", which was never appended");
        }
        if (!entry.event.equals(told.envelope()) || !entry.topic.equals(told.topic())) {
            throw new AssertionError("altered in the table: appended was " + entry.topic + " " + entry.event + " "
                    + entry.event.headers() + " of " + entry.event.timestamp() + ", claimed " + told.topic() + " "
                    + told.envelope() + " " + told.envelope().headers() + " of "
                    + told.envelope().timestamp());
        }
        if (told.failures() != entry.failures) {
            throw new AssertionError(told.envelope().eventId() + " tells of " + told.failures()
                    + " failures, there were " + entry.failures);
        }
        return entry;
    }

    private static void checkState(Entry entry, String owner, long now) {
        String wrong = switch (entry.state) {
            case READY, MAY_COME_AGAIN -> null;
            case UNCOMMITTED -> "although its transaction is open";
            case ROLLED_BACK -> "although its transaction was rolled back";
            case PUBLISHED -> "although it was acknowledged";
            case DEAD -> "although it is dead";
            case WAITING -> isLater(entry.until, now) ? "before its delay was over" : null;
            case HELD ->
                !isLater(entry.until, now)
                        ? null
                        : entry.owner.equals(owner)
                                ? "although it holds it already"
                                : "although " + entry.owner + " has claimed it";
        };
        if (wrong != null) {
            throw new AssertionError(entry.event.eventId() + " was claimed by " + owner + " " + wrong);
        }
    }

    private void checkEarlier(Entry entry, String owner) {
        String aggregate = entry.event.aggregateId();
        if (aggregate == null) {
            return;
        }
        for (Entry earlier : aggregates.getOrDefault(aggregate, List.of())) {
            if (earlier == entry) {
                return;
            }
            String wrong = reasonToWait(earlier, owner);
            if (wrong != null) {
                throw new AssertionError(entry.event.eventId() + " was claimed by " + owner + " before "
                        + earlier.event.eventId() + " of the same aggregate, which " + wrong);
            }
        }
    }

    private static @Nullable String reasonToWait(Entry earlier, String owner) {
        return switch (earlier.state) {
            case UNCOMMITTED, ROLLED_BACK, PUBLISHED, MAY_COME_AGAIN -> null;
            case READY -> "is still to be published";
            case WAITING -> "has failed";
            case DEAD -> "is dead";
            case HELD -> earlier.owner.equals(owner) ? null : "is claimed by " + earlier.owner;
        };
    }

    private static boolean isLater(long until, long now) {
        return until - now > SLACK_NANOS;
    }

    private static List<String> ids(Collection<? extends OutboxRecord> records) {
        return records.stream().map(each -> each.envelope().eventId()).toList();
    }
}
