package io.eventbus.memory;

import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A consumer group of a topic: what it has acknowledged, its members, and who owns which partition. It outlives its members, unless it is
 * anonymous: then it ends with its one member. Each partition has at most one owner; partitions stay with their owner as
 * long as shares are fair. Guarded by the broker's lock.
 */
final class Group {

    private final TopicLog topic;
    private final String name;
    private final boolean anonymous;
    private final List<GroupPartition> partitions = new ArrayList<>();
    private final List<MemoryConsumer> members = new ArrayList<>();

    Group(TopicLog topic, String name, StartPosition start, boolean anonymous) {
        this.topic = topic;
        this.name = name;
        this.anonymous = anonymous;
        for (int i = 0; i < topic.partitionCount(); i++) {
            PartitionLog log = topic.partition(i);
            partitions.add(new GroupPartition(topic, i, start == StartPosition.EARLIEST ? log.first() : log.end()));
        }
    }

    long frontierOf(PartitionLog log) {
        for (GroupPartition partition : partitions) {
            if (partition.log == log) {
                return partition.window.frontier();
            }
        }
        throw new IllegalArgumentException("a log of another topic");
    }

    int unsettled() {
        int count = 0;
        for (GroupPartition partition : partitions) {
            count += partition.window.unsettled();
        }
        return count;
    }

    /** A message was stored in the partition. */
    void stored(int partition) {
        MemoryAssignment assignment = partitions.get(partition).assignment();
        if (assignment != null) {
            assignment.owner.makeReady();
        }
    }

    void join(MemoryConsumer member) {
        members.add(member);
        rebalance();
    }

    /**
     * The member has left.
     *
     * @param forGood whether it never comes back
     */
    void leave(MemoryConsumer member, boolean forGood) {
        if (members.remove(member)) {
            rebalance();
        }
        if (anonymous && forGood) {
            topic.forget(this);
        }
    }

    String name() {
        return name;
    }

    /** What a group on a topic is called on the broker: the same for ever, and otherwise for every other group or topic. */
    static String name(String group, Topic topic) {
        return group + "@" + topic;
    }

    /** Moves partitions so that shares differ by one at most; what an owner cannot be told to let go stays with it for now. */
    void rebalance() {
        if (members.isEmpty()) {
            return;
        }
        List<MemoryConsumer> byLoad = new ArrayList<>(members);
        byLoad.sort(Comparator.comparingInt(MemoryConsumer::owned).reversed());
        int share = partitions.size() / byLoad.size();
        int withOneMore = partitions.size() % byLoad.size();
        for (int i = 0; i < byLoad.size(); i++) {
            int fair = i < withOneMore ? share + 1 : share;
            byLoad.get(i).keepAtMost(fair);
        }
        for (int i = 0; i < byLoad.size(); i++) {
            int fair = i < withOneMore ? share + 1 : share;
            giveFree(byLoad.get(i), fair);
        }
    }

    private void giveFree(MemoryConsumer member, int fair) {
        for (GroupPartition partition : partitions) {
            if (member.owned() >= fair || !member.isReachable()) {
                return;
            }
            if (partition.assignment() == null) {
                member.given(partition.assignTo(member));
            }
        }
    }

    @Override
    public String toString() {
        return name(name, topic.topic());
    }
}
