package io.eventbus.core.pool;

import org.jspecify.annotations.Nullable;

/** A link of a lane's chain; belongs to whom the chain belongs. */
final class TaskNode {

    /** What a node in no chain holds. */
    static final PooledTask NOTHING = TaskResult::done;

    PooledTask task = NOTHING;
    long bytes;

    @Nullable
    TaskNode next;
}
