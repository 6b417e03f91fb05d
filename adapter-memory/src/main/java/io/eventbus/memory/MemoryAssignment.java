package io.eventbus.memory;

import io.eventbus.api.spi.Assignment;

/** A partition in the hands of one member of a group, until it moves. Mutable state is guarded by the broker's lock. */
final class MemoryAssignment implements Assignment {

    final GroupPartition partition;
    final MemoryConsumer owner;
    private final String name;
    private final long epoch;

    /** The next offset to look at; what lies below it and is owed again makes it go back. */
    private long cursor;

    /** Whether acks count; once false it stays so. */
    private boolean current = true;

    /** Whether the owner was told to let go. */
    private boolean revoking;

    /** When the broker stops waiting for the owner to let go. */
    private long graceEnds;

    MemoryAssignment(GroupPartition partition, MemoryConsumer owner, String name, long epoch) {
        this.partition = partition;
        this.owner = owner;
        this.name = name;
        this.epoch = epoch;
        this.cursor = partition.window.frontier();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    boolean isCurrent() {
        return current;
    }

    boolean isRevoking() {
        return revoking;
    }

    /** Whether messages of it may be handed over. */
    boolean isDeliverable() {
        return current && !revoking;
    }

    void revoking(long until) {
        revoking = true;
        graceEnds = until;
    }

    long graceEnds() {
        return graceEnds;
    }

    /** The partition is no longer the owner's; what was not acknowledged is owed to the next. */
    void end() {
        if (current) {
            current = false;
            partition.released(this);
        }
    }

    /** Takes the next messages that are owed, in the order of their offsets, into the list; at most {@code most}. */
    int take(int most, java.util.Collection<MemoryMessage> into) {
        long end = partition.log.end();
        cursor = Math.max(cursor, partition.window.frontier());
        int taken = 0;
        while (taken < most && cursor < end) {
            if (partition.window.isOwed(cursor)) {
                int deliveries = partition.window.deliver(cursor);
                into.add(new MemoryMessage(this, partition.log.at(cursor), deliveries));
                taken++;
            }
            cursor++;
        }
        return taken;
    }

    /** The owner does not hold the message any more: it is owed again, before all later ones that were not handed over. */
    void drop(long offset) {
        if (current) {
            partition.window.drop(offset);
            cursor = Math.min(cursor, offset);
        }
    }

    void acknowledge(long offset) {
        if (current) {
            partition.acknowledge(offset);
        }
    }

    @Override
    public String toString() {
        return name + "#" + epoch;
    }
}
