package io.eventbus.testkit.contract;

import io.eventbus.api.Delivery;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.testkit.contract.Handling.End;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one group handled of one topic: every run of a handler, on whatever node.
 *
 * <p>Concurrency: called by all handlers at once; everything is guarded by this object's own lock. Overlaps are noticed when a handler
 * starts, not computed from times, so they do not depend on the clock.
 */
final class Reading {

    private final String group;
    private final Topic topic;
    private final Map<String, List<Handling>> byEvent = new LinkedHashMap<>();
    private final Map<String, Integer> inside = new HashMap<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final List<Handling> overlaps = new ArrayList<>();
    private long starts;
    private int running;
    private int mostRunning;

    Reading(String group, Topic topic) {
        this.group = group;
        this.topic = topic;
    }

    String group() {
        return group;
    }

    Topic topic() {
        return topic;
    }

    synchronized Handling started(String node, Delivery delivery) {
        Handling handling = new Handling(node, delivery, starts++);
        byEvent.computeIfAbsent(handling.eventId(), id -> new ArrayList<>(1)).add(handling);
        if (inside.merge(lane(handling), 1, Integer::sum) > 1) {
            overlaps.add(handling);
        }
        mostRunning = Math.max(mostRunning, ++running);
        return handling;
    }

    synchronized void ended(Handling handling, End how) {
        if (handling.end() != End.RUNNING) {
            return;
        }
        handling.end(how);
        inside.merge(lane(handling), -1, (a, b) -> a + b == 0 ? null : a + b);
        running--;
        if (how == End.ACKNOWLEDGED) {
            acknowledged.add(handling.eventId());
        }
    }

    /** The process of the node died: what runs there has ended. */
    synchronized void abandon(String node) {
        for (List<Handling> handlings : byEvent.values()) {
            for (Handling handling : handlings) {
                if (handling.node().equals(node)) {
                    ended(handling, End.ABANDONED);
                }
            }
        }
    }

    /** All runs in the order in which they started. */
    synchronized List<Handling> handlings() {
        List<Handling> all = new ArrayList<>();
        byEvent.values().forEach(all::addAll);
        all.sort(java.util.Comparator.comparingLong(Handling::order));
        return all;
    }

    /** The runs for one event in the order in which they started; empty if there was none. */
    synchronized List<Handling> handlings(String eventId) {
        return List.copyOf(byEvent.getOrDefault(eventId, List.of()));
    }

    /** How often a handler was started. */
    synchronized long starts() {
        return starts;
    }

    /** How many different events a handler has acknowledged. */
    synchronized int handled() {
        return acknowledged.size();
    }

    synchronized boolean hasHandled(String eventId) {
        return acknowledged.contains(eventId);
    }

    /** How many handlers run now. */
    synchronized int running() {
        return running;
    }

    /** How many handlers ever ran at once. */
    synchronized int mostRunning() {
        return mostRunning;
    }

    /** Runs that started while another one of the same key (or, without key, of the same event) was running. */
    synchronized List<Handling> overlaps() {
        return List.copyOf(overlaps);
    }

    /** How many acknowledged runs there were beyond the first of each event. */
    synchronized int duplicates() {
        int duplicates = 0;
        for (List<Handling> handlings : byEvent.values()) {
            int times = 0;
            for (Handling handling : handlings) {
                if (handling.end() == End.ACKNOWLEDGED) {
                    times++;
                }
            }
            duplicates += Math.max(0, times - 1);
        }
        return duplicates;
    }

    /** How many runs have been acknowledged since then. */
    synchronized int acknowledgedSince(long nanoTime) {
        int count = 0;
        for (List<Handling> handlings : byEvent.values()) {
            for (Handling handling : handlings) {
                if (handling.end() == End.ACKNOWLEDGED && handling.endNanos() - nanoTime > 0) {
                    count++;
                }
            }
        }
        return count;
    }

    /** The first run of each event, in the order in which they started. */
    synchronized List<Handling> firstRuns() {
        List<Handling> first = new ArrayList<>(byEvent.size());
        for (List<Handling> handlings : byEvent.values()) {
            first.add(handlings.get(0));
        }
        return first;
    }

    /** First runs of an event that started after one of a later stored event of the same key. */
    List<String> outOfStoredOrder() {
        Map<String, Position> last = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        for (Handling run : firstRuns()) {
            String key = run.delivery().envelope().aggregateId();
            if (key == null) {
                continue;
            }
            Position position = run.delivery().position();
            Position before = last.put(key, position);
            if (before != null && before.offset() > position.offset()) {
                wrong.add(run + " after " + before);
            }
        }
        return wrong;
    }

    private static String lane(Handling handling) {
        @Nullable String key = handling.delivery().envelope().aggregateId();
        return key == null ? "event " + handling.eventId() : "key " + key;
    }

    @Override
    public synchronized String toString() {
        return "group " + group + " of " + topic + ": " + starts + " runs, " + byEvent.size() + " events started, "
                + acknowledged.size() + " handled, " + running + " running";
    }
}
