package io.eventbus.kafka;

import io.eventbus.api.spi.Assignment;
import org.apache.kafka.common.TopicPartition;

/**
 * A partition that a subscription owns for a while, with everything that is known about its messages; dropped as a whole when the partition
 * goes.
 *
 * <p>Concurrency: the state belongs to the poll thread; see {@link Frontier} for what acknowledgements touch.
 */
final class KafkaAssignment implements Assignment {

    private final TopicPartition partition;
    private final long epoch;
    private final Frontier frontier = new Frontier();
    private long committed = Frontier.UNKNOWN;

    KafkaAssignment(TopicPartition partition, long epoch) {
        this.partition = partition;
        this.epoch = epoch;
    }

    TopicPartition partition() {
        return partition;
    }

    Frontier frontier() {
        return frontier;
    }

    /** Whether there is a position that the broker has not confirmed. */
    boolean isDue() {
        return frontier.position() > committed;
    }

    /** The broker confirmed a position. */
    void committed(long position) {
        committed = Math.max(committed, position);
    }

    @Override
    public String name() {
        return partition.topic() + "/" + partition.partition();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public String toString() {
        return name() + "#" + epoch;
    }
}
