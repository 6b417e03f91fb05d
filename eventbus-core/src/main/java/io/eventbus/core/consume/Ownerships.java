package io.eventbus.core.consume;

import io.eventbus.api.spi.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The assignments that a subscription owns.
 *
 * <p>Concurrency: entries come and go on the transport's thread, which alone knows those announced; whoever closes looks at all. The monitor of
 * {@link Ownership} is a leaf.
 */
final class Ownerships {

    private final ConcurrentHashMap<Assignment, Ownership> owned = new ConcurrentHashMap<>();

    /** Those that will be revoked soon; used by the transport's thread only. */
    private final List<Ownership> announced = new ArrayList<>();

    Ownership of(Assignment assignment) {
        Ownership known = owned.get(assignment);
        return known == null ? owned.computeIfAbsent(assignment, a -> new Ownership()) : known;
    }

    /** The assignment will be revoked soon. */
    void announce(Assignment assignment) {
        announced.add(of(assignment));
    }

    /** Takes an assignment out; null if it was not there. */
    @Nullable
    Ownership remove(Assignment assignment) {
        return owned.remove(assignment);
    }

    /** Has nothing more start of those announced. */
    void leaveAnnounced() {
        announced.forEach(Ownership::leave);
        announced.clear();
    }

    /** Has nothing more start of any; all there are. */
    List<Ownership> leaveAll() {
        List<Ownership> all = List.copyOf(owned.values());
        all.forEach(Ownership::leave);
        return all;
    }

    /** Whether a message that is being handled belongs to one of them. */
    boolean hold(@Nullable DeliveryTask task) {
        return task != null && owned.containsValue(task.ownership());
    }

    /** Waits until no more than {@code own} pieces of work run; how many others do in the end. */
    static int awaitIdle(Ownership ownership, int own, long deadline) {
        try {
            return ownership.awaitIdle(own, deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ownership.running(own);
        }
    }
}
