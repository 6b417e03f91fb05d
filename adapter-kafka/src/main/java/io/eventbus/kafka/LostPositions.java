package io.eventbus.kafka;

import io.eventbus.api.SubscriptionException;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to positions that the log no longer has: events were discarded before they were consumed, or the log was cut off or made
 * anew. The subscription goes on with the oldest event there is (or with the first one that differs, if the broker knows it), says so in
 * the log and in its health, and skips nothing more.
 */
final class LostPositions {

    private static final Logger LOG = LoggerFactory.getLogger(LostPositions.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Told of each position that moves. */
    interface Moved {
        void moved(TopicPartition partition, long from, long to);
    }

    private final String name;
    private final KafkaConfig config;

    LostPositions(String name, KafkaConfig config) {
        this.name = name;
        this.config = config;
    }

    /** Moves the consumer's positions into the log. */
    void repair(Consumer<byte[], byte[]> consumer, OffsetOutOfRangeException error, Moved moved, LoopHealth health) {
        Map<TopicPartition, Long> lost = error.offsetOutOfRangePartitions();
        Map<TopicPartition, Long> oldest = consumer.beginningOffsets(lost.keySet(), TIMEOUT);
        lost.forEach((partition, position) -> {
            long next = Math.max(oldest.getOrDefault(partition, 0L), divergence(error, partition));
            String text = name + " is at " + position + " of " + partition + ", which the log of " + config.bootstrap()
                    + " does not have; it goes on at " + next
                    + (next > position ? ": what lies between was discarded before it was consumed" : "");
            LOG.error(text);
            moved.moved(partition, position, next);
            consumer.seek(partition, next);
            health.disturbed(new SubscriptionException(text, error));
        });
    }

    private static long divergence(OffsetOutOfRangeException error, TopicPartition partition) {
        if (error instanceof LogTruncationException truncation) {
            OffsetAndMetadata known = truncation.divergentOffsets().get(partition);
            return known == null ? 0 : known.offset();
        }
        return 0;
    }
}
