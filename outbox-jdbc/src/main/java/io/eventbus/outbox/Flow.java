package io.eventbus.outbox;

import io.eventbus.api.outbox.OutboxRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claimed records of a relay and which of them may be sent. Pure: it is told what was claimed and what became of what was sent, and says what to
 * send.
 *
 * <p>The key fence: of each aggregate one record is on its way at a time, in the order in which they were claimed, so that a failure finds nothing later of it
 * sent. Records without an aggregate have no fence. While the broker is away ({@link #away}) one record is sent as a probe, and the others wait.
 *
 * <p>States of a record: held → sent → (settled | held again). Concurrency: not safe; owned by the relay's store thread.
 */
final class Flow {

    /** What waits, by the order of claiming; of each aggregate only the first one of its lane. */
    private final Set<OutboxRecord> ready = new LinkedHashSet<>();

    /** The aggregates of which something is held or on its way, with what is behind the first. */
    private final Map<String, ArrayDeque<OutboxRecord>> lanes = new HashMap<>();

    /** What is on its way, by event id. */
    private final Map<String, OutboxRecord> sent = new LinkedHashMap<>();

    private int held;
    private long heldBytes;
    private boolean away;

    /** How many records are held or on their way. */
    int size() {
        return held;
    }

    /** Their bytes of payload. */
    long bytes() {
        return heldBytes;
    }

    /** Takes a record that was claimed. */
    void claimed(OutboxRecord record) {
        held++;
        heldBytes += Columns.bytes(record.envelope());
        String aggregate = record.envelope().aggregateId();
        if (aggregate == null) {
            ready.add(record);
            return;
        }
        ArrayDeque<OutboxRecord> lane = lanes.get(aggregate);
        if (lane == null) {
            lane = new ArrayDeque<>(1);
            lanes.put(aggregate, lane);
            ready.add(record);
        }
        lane.add(record);
    }

    /** What is to be sent now, which counts as sent; at most so many. */
    List<OutboxRecord> send(int most) {
        int count = away ? (sent.isEmpty() ? 1 : 0) : most;
        List<OutboxRecord> now = new ArrayList<>(Math.min(count, ready.size()));
        Iterator<OutboxRecord> next = ready.iterator();
        while (now.size() < count && next.hasNext()) {
            OutboxRecord record = next.next();
            // Two rows with one event id are the same event: one after the other.
            if (sent.putIfAbsent(record.envelope().eventId(), record) == null) {
                next.remove();
                now.add(record);
            }
        }
        return now;
    }

    /** The record with this event id that is on its way, and no longer is; null if there is none, as it was dropped. */
    @Nullable
    OutboxRecord arrived(String eventId) {
        return sent.remove(eventId);
    }

    /** The record is done: the next one of its aggregate can be sent. */
    void settled(OutboxRecord record) {
        away = false;
        leave(record);
        String aggregate = record.envelope().aggregateId();
        ArrayDeque<OutboxRecord> lane = aggregate == null ? null : lanes.get(aggregate);
        if (lane != null) {
            lane.remove(record);
            OutboxRecord first = lane.peek();
            if (first == null) {
                lanes.remove(aggregate);
            } else {
                ready.add(first);
            }
        }
    }

    /** The record failed for a reason of its own: it leaves, and with it what is held behind it of its aggregate, in order, itself first. */
    List<OutboxRecord> failed(OutboxRecord record) {
        away = false;
        String aggregate = record.envelope().aggregateId();
        ArrayDeque<OutboxRecord> lane = aggregate == null ? null : lanes.remove(aggregate);
        List<OutboxRecord> leaving = lane == null ? List.of(record) : List.copyOf(lane);
        leaving.forEach(this::leave);
        return leaving;
    }

    /** The broker cannot be reached: the record is held and sent again later, and so is what else comes back. */
    void away(OutboxRecord record) {
        away = true;
        ready.add(record);
    }

    /** The record was not sent after all: it is held and sent again, unless it was dropped meanwhile. */
    void unsent(OutboxRecord record) {
        if (sent.remove(record.envelope().eventId(), record)) {
            ready.add(record);
        }
    }

    /** How many are on their way. */
    int sent() {
        return sent.size();
    }

    /** All that is held or on its way. */
    List<OutboxRecord> all() {
        List<OutboxRecord> all = unsent();
        all.addAll(sent.values());
        return all;
    }

    boolean isAway() {
        return away;
    }

    /** Forgets records that are no longer this relay's, whatever becomes of those on their way. */
    void drop(Set<OutboxRecord> lost) {
        for (OutboxRecord record : lost) {
            leave(record);
            ready.remove(record);
            sent.remove(record.envelope().eventId(), record);
            String aggregate = record.envelope().aggregateId();
            ArrayDeque<OutboxRecord> lane = aggregate == null ? null : lanes.get(aggregate);
            if (lane != null && lane.remove(record)) {
                OutboxRecord first = lane.peek();
                if (first == null) {
                    lanes.remove(aggregate);
                } else if (sent.get(first.envelope().eventId()) != first) {
                    ready.add(first);
                }
            }
        }
    }

    /** All that is held and not on its way, in the order of claiming; for a close. */
    List<OutboxRecord> unsent() {
        List<OutboxRecord> unsent = new ArrayList<>(ready);
        lanes.values()
                .forEach(lane -> lane.stream()
                        .filter(record -> !ready.contains(record)
                                && sent.get(record.envelope().eventId()) != record)
                        .forEach(unsent::add));
        return unsent;
    }

    private void leave(OutboxRecord record) {
        held--;
        heldBytes -= Columns.bytes(record.envelope());
    }
}
