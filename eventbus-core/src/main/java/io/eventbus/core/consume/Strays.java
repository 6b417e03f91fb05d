package io.eventbus.core.consume;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.eventbus.api.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The handlers without a lane that still run although their assignment is gone. The broker may deliver their messages again to this very
 * subscription; these wait here until the stray has returned, so that one message is never handled twice at the same time.
 *
 * <p>Concurrency: the monitor guards the map, a leaf lock; {@link #any} is a look without it that is right whenever it is false, since a stray is
 * noted before its message can come again.
 */
final class Strays {

    @GuardedBy("this")
    private final Map<Position, List<DeliveryTask>> waiting = new HashMap<>();

    private volatile boolean any;

    /** Notes that the handler of the message at this position runs on. */
    synchronized void add(Position position) {
        waiting.computeIfAbsent(position, p -> new ArrayList<>(1));
        any = true;
    }

    /** Whether a stray runs for the same message; then the task waits for it. */
    boolean holdBack(DeliveryTask task) {
        if (!any) {
            return false;
        }
        synchronized (this) {
            List<DeliveryTask> behind = waiting.get(task.message().position());
            return behind != null && behind.add(task);
        }
    }

    /** The handler has returned; the tasks that waited for it may start. */
    List<DeliveryTask> end(Position position) {
        if (!any) {
            return List.of();
        }
        synchronized (this) {
            @Nullable List<DeliveryTask> behind = waiting.remove(position);
            any = !waiting.isEmpty();
            return behind == null ? List.of() : behind;
        }
    }
}
