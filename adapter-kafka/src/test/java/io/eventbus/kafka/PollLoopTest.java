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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
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
    private final ScriptedWatch watch = new ScriptedWatch();
    private final AtomicLong epochs = new AtomicLong();
    private final PollLoop loop = new PollLoop(
            SPEC,
            sink,
            config,
            consumer,
            () -> consumer,
            partition -> epochs.incrementAndGet(),
            new TopicFate(SPEC.topic(), watch));

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

    @Test
    void tellsThatItsTopicIsGoneAndBeginsAnewWithAnotherOfTheSameName() throws Exception {
        Thread thread = consumeOne();
        watch.answer = new TopicWatch.Answer(null);
        await().atMost(Duration.ofSeconds(20)).until(() -> !sink.failures.isEmpty());
        assertThat(sink.failures.get(0)).hasMessageContaining("topic orders is gone");
        assertThat(watch.makings).hasPositiveValue();
        assertThat(sink.recoveries).hasValue(0);

        watch.answer = new TopicWatch.Answer(Uuid.randomUuid());
        await().atMost(Duration.ofSeconds(20)).until(() -> sink.recoveries.get() > 0);
        assertThat(sink.assigned).hasSize(2);
        assertThat(sink.revoked).hasSize(1);
        consumer.schedulePollTask(
                () -> consumer.addRecord(new ConsumerRecord<>("orders", 0, 0, new byte[0], new byte[0])));
        await().atMost(Duration.ofSeconds(10)).until(() -> sink.received() == 2);
        loop.close(Duration.ofSeconds(5));
        thread.join(20_000);
    }

    @Test
    void takesNoNoticeOfABrokerThatDoesNotKnowTheTopicOnce() throws Exception {
        Thread thread = consumeOne();
        watch.onlyOnce = new TopicWatch.Answer(null);
        await().atMost(Duration.ofSeconds(20)).until(() -> watch.onlyOnce == null);
        int asked = watch.asked.get();
        await().atMost(Duration.ofSeconds(20)).until(() -> watch.asked.get() > asked);
        assertThat(sink.failures).isEmpty();
        assertThat(sink.assigned).hasSize(1);
        loop.close(Duration.ofSeconds(5));
        thread.join(20_000);
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

    /** A watch that answers as it is told. */
    private static final class ScriptedWatch implements TopicWatch {

        private final AtomicInteger asked = new AtomicInteger();
        private final AtomicInteger makings = new AtomicInteger();
        private volatile Answer answer = new Answer(Uuid.randomUuid());
        private volatile Answer onlyOnce;

        @Override
        public void ask(Topic topic, Consumer<Answer> told) {
            Answer once = onlyOnce;
            onlyOnce = null;
            told.accept(once == null ? answer : once);
            asked.incrementAndGet();
        }

        @Override
        public void makeAgain(Topic topic) {
            makings.incrementAndGet();
        }
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
