package io.eventbus.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One consumer's membership in its group: what the group gives it and takes from it. It ends with the consumer; what comes after that is about
 * partitions that were dropped already.
 *
 * <p>Concurrency: the poll thread only; the client calls within a poll or a close.
 */
final class Membership implements ConsumerRebalanceListener {

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    private final String name;
    private final Consumer<byte[], byte[]> consumer;
    private final Standing standing;
    private final Duration grace;
    private boolean ended;

    /** @param grace how long handlers of what is given up may take to end */
    Membership(String name, Consumer<byte[], byte[]> consumer, Standing standing, Duration grace) {
        this.name = name;
        this.consumer = consumer;
        this.standing = standing;
        this.grace = grace;
    }

    /**
     * What outlasts a membership.
     *
     * @param joined opens with the first assignment, which may be empty
     */
    record Standing(
            OwnedPartitions owned, PositionCommits commits, LoopHealth health, LoopEnd end, CountDownLatch joined) {}

    /** The consumer is not used any more. */
    void end() {
        ended = true;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        LOG.debug("{} was given {}", name, partitions);
        partitions.forEach(partition -> standing.owned.own(partition));
        standing.health.inTouch();
        standing.joined.countDown();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        if (ended) {
            return;
        }
        LOG.debug("{} gives up {}", name, partitions);
        if (!standing.end.begun()) {
            // Never zero: zero says that they are lost already, and then nothing is committed.
            standing.owned.dropAll(partitions, grace.plusNanos(1));
        }
        standing.commits.commitGivenUp(consumer, partitions);
        standing.owned.forget(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        if (ended) {
            return;
        }
        LOG.info("{} lost {}: the group took it for dead", name, partitions);
        standing.owned.dropAll(partitions, Duration.ZERO);
    }
}
