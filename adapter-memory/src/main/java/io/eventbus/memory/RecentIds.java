package io.eventbus.memory;

import io.eventbus.api.Position;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A memory of message ids, bounded in number and in time. Guarded by the broker's lock. */
final class RecentIds {

    private final int most;
    private final long nanos;
    private final Map<String, Seen> seen = new LinkedHashMap<>();

    RecentIds(int most, long nanos) {
        this.most = most;
        this.nanos = nanos;
    }

    /** Where the message of this id was stored, or null if it is not remembered. */
    @Nullable
    Position positionOf(String id, long now) {
        Seen known = seen.get(id);
        return known == null || now - known.at > nanos ? null : known.position;
    }

    void remember(String id, Position position, long now) {
        seen.remove(id);
        seen.put(id, new Seen(position, now));
        Iterator<Seen> oldest = seen.values().iterator();
        while (oldest.hasNext()) {
            if (now - oldest.next().at <= nanos && seen.size() <= most) {
                return;
            }
            oldest.remove();
        }
    }

    private record Seen(Position position, long at) {}
}
