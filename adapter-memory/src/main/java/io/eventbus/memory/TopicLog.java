package io.eventbus.memory;

import io.eventbus.api.Position;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.OutboundMessage;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A topic on the broker: its partitions, the ids it remembers, and its groups. Guarded by the broker's lock. */
final class TopicLog {

    private final Topic topic;
    private final MemoryConfig config;
    private final PartitionLog[] partitions;
    private final RecentIds ids;
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private int roundRobin;

    TopicLog(Topic topic, MemoryConfig config) {
        this.topic = topic;
        this.config = config;
        this.partitions = new PartitionLog[config.partitions()];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] = new PartitionLog();
        }
        this.ids = new RecentIds(
                config.deduplicationMessages(), config.deduplicationTime().toNanos());
    }

    Topic topic() {
        return topic;
    }

    int partitionCount() {
        return partitions.length;
    }

    PartitionLog partition(int index) {
        return partitions[index];
    }

    /** Where the message of this id was stored, or null if it is not remembered. */
    @Nullable
    Position duplicateOf(String messageId, long now) {
        return ids.positionOf(messageId, now);
    }

    /** Stores a message and wakes the owners of its partition. */
    Position append(OutboundMessage message, long now) {
        String key = message.key();
        int index = key == null ? nextInTurn() : partitionOf(key);
        PartitionLog log = partitions[index];
        Position position = new Position(topic.name(), index, log.end());
        log.append(new StoredMessage(position, message.keyBytes(), message.headers(), message.body()));
        ids.remember(message.messageId(), position, now);
        for (Group group : groups.values()) {
            group.stored(index);
        }
        if (groups.isEmpty()) {
            log.retain(config.retainedMessages(), log.end());
        }
        return position;
    }

    /** The group of this name, made if it is new; it begins where {@code start} says only then. */
    Group group(String name, StartPosition start, boolean anonymous) {
        return groups.computeIfAbsent(name, n -> new Group(this, n, start, anonymous));
    }

    /** The group is gone. */
    void forget(Group group) {
        groups.remove(group.name(), group);
    }

    /** What the groups are called on the broker. */
    Set<String> groups() {
        Set<String> names = new HashSet<>();
        groups.values().forEach(group -> names.add(group.toString()));
        return names;
    }

    int unsettled(String group) {
        Group known = groups.get(group);
        return known == null ? 0 : known.unsettled();
    }

    /** Drops what all groups have acknowledged, as far as the retention allows. */
    void retain(PartitionLog log) {
        if (config.retainedMessages() == Long.MAX_VALUE) {
            return;
        }
        long done = log.end();
        for (Group group : groups.values()) {
            done = Math.min(done, group.frontierOf(log));
        }
        log.retain(config.retainedMessages(), done);
    }

    private int nextInTurn() {
        roundRobin = (roundRobin + 1) % partitions.length;
        return roundRobin;
    }

    private int partitionOf(String key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return Math.floorMod(hash ^ (hash >>> 16), partitions.length);
    }
}
