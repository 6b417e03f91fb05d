package io.eventbus.memory;

import org.jspecify.annotations.Nullable;

/** A partition as one group sees it: what is acknowledged, and who owns it. Guarded by the broker's lock. */
final class GroupPartition {

    final PartitionLog log;
    final AckWindow window;
    private final TopicLog topic;
    private final String name;
    private @Nullable MemoryAssignment assignment;
    private long epochs;

    GroupPartition(TopicLog topic, int index, long start) {
        this.topic = topic;
        this.log = topic.partition(index);
        this.name = topic.topic() + "/" + index;
        this.window = new AckWindow(start);
    }

    @Nullable
    MemoryAssignment assignment() {
        return assignment;
    }

    MemoryAssignment assignTo(MemoryConsumer owner) {
        MemoryAssignment given = new MemoryAssignment(this, owner, name, ++epochs);
        assignment = given;
        return given;
    }

    void released(MemoryAssignment ended) {
        if (assignment == ended) {
            assignment = null;
            window.forgetOwner();
        }
    }

    void acknowledge(long offset) {
        long before = window.frontier();
        window.acknowledge(offset);
        if (window.frontier() != before) {
            topic.retain(log);
        }
    }
}
