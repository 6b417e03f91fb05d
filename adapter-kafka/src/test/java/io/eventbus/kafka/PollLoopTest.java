package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.Ordering;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.ConsumerSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

final class PollLoopTest {

    private static final ConsumerSpec SPEC = new ConsumerSpec(
            Topic.of("orders"), "g", Ordering.PER_AGGREGATE, StartPosition.EARLIEST, 1_000, Duration.ofSeconds(30));
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);

    private final ScriptedConsumer consumer = new ScriptedConsumer();
    private final RecordingSink sink = RecordingSink.acknowledging();
    private final KafkaConfig config =
            KafkaConfig.builder().commitInterval(Duration.ofHours(1)).build();
    private final PollLoop loop = new PollLoop(SPEC, sink, config, consumer, () -> consumer, partition -> 1);

    @Test
    void announcesAllPartitionsBeforeItWaitsForOne() {
        consumer.rebalance(List.of(FIRST, SECOND));
        consumer.rebalance(List.of());

        assertThat(sink.leaving).containsExactlyInAnyOrderElementsOf(sink.assigned);
        assertThat(sink.changes.stream().map(change -> change.split(" ")[0]))
                .containsExactly("assigned", "assigned", "leaving", "leaving", "revoked", "revoked");
    }

    @Test
    void commitsOnceMoreWhenItIsClosed() throws Exception {
        Thread thread = consumeOne();
        loop.close(Duration.ofSeconds(20));
        thread.join(20_000);

        assertThat(thread.isAlive()).isFalse();
        assertThat(consumer.timeouts)
                .singleElement()
                .satisfies(timeout -> assertThat(timeout).isLessThanOrEqualTo(Duration.ofSeconds(5)));
        assertThat(consumer.closed()).isTrue();
    }

    @Test
    void closesInTimeWhenNoBrokerAnswers() throws Exception {
        Thread thread = consumeOne();
        consumer.silent = true;
        long start = System.nanoTime();
        loop.close(Duration.ofMillis(500));
        thread.join(20_000);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        assertThat(consumer.timeouts)
                .isNotEmpty()
                .allSatisfy(timeout -> assertThat(timeout).isLessThanOrEqualTo(Duration.ofMillis(500)));
        assertThat(consumer.timeoutsWhileLeaving).isEmpty();
        assertThat(consumer.closed()).isTrue();
    }

    private Thread consumeOne() {
        consumer.schedulePollTask(() -> {
            consumer.rebalance(List.of(FIRST));
            consumer.updateBeginningOffsets(Map.of(FIRST, 0L));
            consumer.addRecord(new ConsumerRecord<>("orders", 0, 0, new byte[0], new byte[0]));
        });
        Thread thread = new Thread(loop, "loop under test");
        thread.start();
        await().atMost(Duration.ofSeconds(10)).until(() -> sink.received() == 1);
        return thread;
    }

    /** A consumer whose commits can be left without an answer, and that gives up its partitions when it leaves, as a real one does. */
    private static final class ScriptedConsumer extends MockConsumer<byte[], byte[]> {

        private final Queue<Duration> timeouts = new ConcurrentLinkedQueue<>();
        private final Queue<Duration> timeoutsWhileLeaving = new ConcurrentLinkedQueue<>();
        private volatile boolean silent;
        private volatile boolean leaving;

        ScriptedConsumer() {
            super("earliest");
        }

        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            (leaving ? timeoutsWhileLeaving : timeouts).add(timeout);
            if (silent) {
                throw new TimeoutException("no answer");
            }
            super.commitSync(offsets, timeout);
        }

        @Override
        public synchronized void close(CloseOptions options) {
            leaving = true;
            rebalance(List.of());
            super.close(options);
        }
    }
}
