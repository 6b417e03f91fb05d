package io.eventbus.testkit.contract;

import io.eventbus.api.Envelope;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A collection of events as they arrived, found by their ids. Concurrency: safe from any thread. */
final class EventsById {

    private final Map<String, Envelope> events = new ConcurrentHashMap<>();

    /** The events that a group has started to handle. */
    static EventsById of(Reading reading) {
        EventsById arrived = new EventsById();
        reading.firstRuns().forEach(run -> arrived.add(run.delivery().envelope()));
        return arrived;
    }

    void add(Envelope event) {
        events.put(event.eventId(), event);
    }

    /** The event of the id, which must be there. */
    Envelope get(@Nullable String id) {
        Envelope event = id == null ? null : events.get(id);
        if (event == null) {
            throw new AssertionError("no event " + id + " among " + events.keySet());
        }
        return event;
    }

    Collection<Envelope> all() {
        return List.copyOf(events.values());
    }

    Set<String> ids() {
        return Set.copyOf(events.keySet());
    }

    int size() {
        return events.size();
    }
}
