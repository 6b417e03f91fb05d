package io.eventbus.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commits of a subscription: now and then without waiting, at once for partitions that are given up, and the last one at its end.
 *
 * <p>Concurrency: the poll thread only, the client's callbacks included, which come within a poll.
 */
final class PositionCommits {

    private static final Logger LOG = LoggerFactory.getLogger(PositionCommits.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LAST_TRY = Duration.ofMillis(200);

    /** How soon a last commit that failed is tried again, and how long a poll may take in between. */
    private static final Duration RETRY = Duration.ofMillis(100);

    private final String name;
    private final OwnedPartitions owned;
    private final LoopHealth health;
    private final LoopEnd end;
    private final long intervalNanos;
    private @Nullable Map<TopicPartition, OffsetAndMetadata> committing;
    private boolean lastFailed;
    private long lastCommit = System.nanoTime();

    PositionCommits(String name, OwnedPartitions owned, LoopHealth health, LoopEnd end, Duration interval) {
        this.name = name;
        this.owned = owned;
        this.health = health;
        this.end = end;
        this.intervalNanos = interval.toNanos();
    }

    /** Sends a commit if it is time to and none is on its way. */
    void commitWhenDue(Consumer<byte[], byte[]> consumer) {
        long now = System.nanoTime();
        if (committing != null || now - lastCommit < intervalNanos) {
            return;
        }
        lastCommit = now;
        Map<TopicPartition, OffsetAndMetadata> due = owned.due(owned.partitions());
        if (due.isEmpty()) {
            health.committed();
            return;
        }
        Map<TopicPartition, KafkaAssignment> then = owned.byPartition();
        committing = due;
        consumer.commitAsync(due, (offsets, error) -> {
            if (committing == due) {
                committing = null;
            }
            if (error == null) {
                confirm(then, offsets);
                health.committed();
            } else {
                notCommitted(error);
            }
        });
    }

    private void notCommitted(Exception error) {
        LOG.debug("{} could not commit yet; tried again", name, error);
        if (!end.begun() && !(error instanceof RebalanceInProgressException)) {
            health.commitFailed(error);
        }
    }

    /** The commit on its way is not waited for any more. */
    void forget() {
        committing = null;
    }

    /** Commits partitions that are given up; what cannot be committed is delivered again to the next owner. */
    void commitGivenUp(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        if (lastFailed) {
            return;
        }
        try {
            commitNow(consumer, partitions);
        } catch (KafkaException e) {
            LOG.info(
                    "{} could not commit {} while giving it up; what it settled last is delivered again",
                    name,
                    partitions,
                    e);
        }
    }

    /** Commits all at the end, and tries as long as there is time. */
    void commitLast(Consumer<byte[], byte[]> consumer) {
        long giveUp = System.nanoTime() + TIMEOUT.toNanos();
        boolean again = true;
        while (again) {
            again = false;
            try {
                commitNow(consumer, owned.partitions());
                lastFailed = false;
            } catch (RebalanceInProgressException e) {
                // Polling completes the rebalance; then either the commit works or its callbacks have committed.
                lastFailed = false;
                again = completeRebalance(consumer);
            } catch (RetriableException e) {
                LOG.debug("{} could not commit yet", name, e);
                lastFailed = true;
                LockSupport.parkNanos(
                        this, Math.min(RETRY.toNanos(), end.remaining().toNanos()));
                again = !end.remaining().isZero() && System.nanoTime() - giveUp < 0;
            } catch (KafkaException | IllegalStateException e) {
                lastFailed = true;
                LOG.warn("{} could not commit at its end; what it settled last is delivered again", name, e);
            }
        }
    }

    private boolean completeRebalance(Consumer<byte[], byte[]> consumer) {
        try {
            consumer.pause(consumer.assignment());
            consumer.poll(RETRY);
        } catch (KafkaException | IllegalStateException e) {
            LOG.debug("{} could not complete the rebalance", name, e);
        }
        return !end.remaining().isZero();
    }

    private void commitNow(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> due = owned.due(partitions);
        if (!due.isEmpty()) {
            consumer.commitSync(due, timeout());
            confirm(owned.byPartition(), due);
            health.committed();
        }
    }

    private static void confirm(
            Map<TopicPartition, KafkaAssignment> assignments, Map<TopicPartition, OffsetAndMetadata> offsets) {
        offsets.forEach((partition, offset) -> {
            KafkaAssignment assignment = assignments.get(partition);
            if (assignment != null) {
                assignment.committed(offset.offset());
            }
        });
    }

    /** How long one commit may take: no longer than the end, if that has begun, but for a last try. */
    private Duration timeout() {
        Duration left = end.remaining();
        if (!end.begun() || left.compareTo(TIMEOUT) > 0) {
            return TIMEOUT;
        }
        return left.compareTo(LAST_TRY) > 0 ? left : LAST_TRY;
    }
}
