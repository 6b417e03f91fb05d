package io.eventbus.kafka;

import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.Sink;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions that a subscription owns, and what was fetched of them and not handed over yet; both go together when a partition goes.
 *
 * <p>Concurrency: the poll thread only. Acknowledgements only set flags (see {@link Frontier}).
 */
final class OwnedPartitions {

    private final ConsumerSpec spec;
    private final Sink sink;
    private final ToLongFunction<TopicPartition> epochs;
    private final int maxUncommitted;
    private final Map<TopicPartition, KafkaAssignment> owned = new HashMap<>();
    private final ArrayDeque<KafkaMessage> fetched = new ArrayDeque<>();

    /**
     * None yet.
     *
     * @param epochs counts how often this process was given a partition for this group
     * @param maxUncommitted how many records a partition may be ahead of its commit
     */
    OwnedPartitions(ConsumerSpec spec, Sink sink, ToLongFunction<TopicPartition> epochs, int maxUncommitted) {
        this.spec = spec;
        this.sink = sink;
        this.epochs = epochs;
        this.maxUncommitted = maxUncommitted;
    }

    // ---- what comes and goes

    KafkaAssignment own(TopicPartition partition) {
        KafkaAssignment assignment = new KafkaAssignment(partition, epochs.applyAsLong(partition));
        owned.put(partition, assignment);
        sink.assigned(assignment);
        return assignment;
    }

    /** What is known of offsets that the log gives out once more is worth nothing. */
    void renewIfBehind(TopicPartition partition, long position, long next) {
        if (next < position && owned.containsKey(partition)) {
            drop(partition, Duration.ZERO);
            own(partition);
        }
    }

    /**
     * What was owned of a topic that is no more becomes the same of the one in its place, from its beginning.
     *
     * @return the partitions of it
     */
    List<TopicPartition> beginAnew(Set<KafkaAssignment> former) {
        List<TopicPartition> again = new ArrayList<>();
        for (KafkaAssignment assignment : former) {
            TopicPartition partition = assignment.partition();
            if (owned.get(partition) == assignment) {
                drop(partition, Duration.ZERO);
                // Its position is committed even if nothing comes, over that in the former topic.
                own(partition).frontier().reached(0);
                again.add(partition);
            }
        }
        return again;
    }

    /** Everything is lost already. */
    void dropAll() {
        dropAll(List.copyOf(owned.keySet()), Duration.ZERO);
    }

    /**
     * Has the sink give up partitions. All are announced before the first is waited for, so that none goes on starting handlers and uses up its
     * grace meanwhile.
     *
     * @param grace how long it may take altogether, after which they are still to be {@linkplain #forget forgotten}; zero if they are lost
     *     already, and then they are
     */
    void dropAll(Collection<TopicPartition> partitions, Duration grace) {
        for (TopicPartition partition : partitions) {
            KafkaAssignment assignment = owned.get(partition);
            if (assignment != null) {
                sink.leaving(assignment);
            }
        }
        long graceEnds = System.nanoTime() + grace.toNanos();
        for (TopicPartition partition : partitions) {
            drop(
                    partition,
                    grace.isZero() ? Duration.ZERO : Duration.ofNanos(Math.max(1, graceEnds - System.nanoTime())));
        }
    }

    private void drop(TopicPartition partition, Duration grace) {
        KafkaAssignment assignment = owned.get(partition);
        if (assignment != null) {
            fetched.removeIf(message -> message.assignment() == assignment);
            sink.revoked(assignment, grace);
            if (grace.isZero()) {
                owned.remove(partition);
            }
        }
    }

    void forget(Collection<TopicPartition> partitions) {
        owned.keySet().removeAll(partitions);
    }

    // ---- what is fetched

    /** Has all partitions fetched but those that are too far ahead of their commit. */
    void pauseAhead(Consumer<byte[], byte[]> consumer) {
        Set<TopicPartition> paused = consumer.paused();
        List<TopicPartition> toResume = new ArrayList<>();
        List<TopicPartition> toPause = new ArrayList<>();
        for (KafkaAssignment assignment : owned.values()) {
            boolean ahead = assignment.frontier().size() >= maxUncommitted;
            if (ahead != paused.contains(assignment.partition())) {
                (ahead ? toPause : toResume).add(assignment.partition());
            }
        }
        if (!toResume.isEmpty()) {
            consumer.resume(toResume);
        }
        if (!toPause.isEmpty()) {
            consumer.pause(toPause);
        }
    }

    /** Takes what was polled: from now on it is received. */
    void take(ConsumerRecords<byte[], byte[]> batch) {
        for (TopicPartition partition : batch.partitions()) {
            KafkaAssignment assignment = owned.get(partition);
            if (assignment != null) {
                for (ConsumerRecord<byte[], byte[]> one : batch.records(partition)) {
                    Frontier.Slot slot = assignment.frontier().received(one.offset());
                    fetched.add(new KafkaMessage(spec.topic(), one, assignment, slot));
                }
            }
        }
        batch.nextOffsets().forEach((partition, next) -> {
            KafkaAssignment assignment = owned.get(partition);
            if (assignment != null) {
                assignment.frontier().reached(next.offset());
            }
        });
    }

    /** Hands over what the sink has room for. */
    void handOver() {
        while (!fetched.isEmpty() && sink.demand() > 0) {
            sink.accept(fetched.remove());
        }
    }

    /** Whether something waits to be handed over. */
    boolean hasFetched() {
        return !fetched.isEmpty();
    }

    /** Gives up what waits to be handed over; it was received and is never done, so it is not committed. */
    void clearFetched() {
        fetched.clear();
    }

    // ---- what is committed

    Set<TopicPartition> partitions() {
        return owned.keySet();
    }

    Set<KafkaAssignment> assignments() {
        return Set.copyOf(owned.values());
    }

    /** The assignments of this moment, for when their positions are confirmed. */
    Map<TopicPartition, KafkaAssignment> byPartition() {
        return new HashMap<>(owned);
    }

    /** The positions that the broker has not confirmed. */
    Map<TopicPartition, OffsetAndMetadata> due(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
        for (TopicPartition partition : partitions) {
            KafkaAssignment assignment = owned.get(partition);
            if (assignment != null && assignment.isDue()) {
                due.put(partition, new OffsetAndMetadata(assignment.frontier().position()));
            }
        }
        return due;
    }
}
