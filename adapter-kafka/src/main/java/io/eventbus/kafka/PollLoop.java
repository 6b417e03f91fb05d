package io.eventbus.kafka;

import io.eventbus.api.SubscriptionException;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one subscription's consumer: fetch what the sink has room for, hand it over in order, commit the frontiers, follow the
 * rebalances. It never waits for a handler except in the bounded grace of a revoke, and it ends only when it is closed.
 *
 * <p>Concurrency: everything but {@link #wake}, {@link #stopFetching} and {@link #close} runs on the poll thread, which owns the consumer and
 * all state. {@code handOver} is held while messages are handed over, so that none is after {@code stopFetching} returned; acknowledgements
 * and rebalances never take it. Acknowledgements only set flags (see {@link Frontier}).
 */
final class PollLoop implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(PollLoop.class);

    /** How long a poll waits for records; bounds the delay of a commit and of a close while nothing arrives. */
    private static final Duration POLL = Duration.ofMillis(100);

    /** How often a subscription that is full polls to follow rebalances; it is woken at once when there is room. */
    private static final Duration KEEP_ALIVE = Duration.ofMillis(20);

    private static final Duration BACK_OFF = Duration.ofMillis(500);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LAST_COMMIT = Duration.ofMillis(200);

    private final String name;
    private final ConsumerSpec spec;
    private final Sink sink;
    private final KafkaConfig config;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final ToLongFunction<TopicPartition> epochs;
    private final LoopHealth health;
    private final TopicFate fate;
    private final Map<TopicPartition, KafkaAssignment> owned = new HashMap<>();
    private final ArrayDeque<KafkaMessage> fetched = new ArrayDeque<>();
    private final ReentrantLock handOver = new ReentrantLock();
    private final CountDownLatch joined = new CountDownLatch(1);
    private final int maxUncommitted;
    private @Nullable Consumer<byte[], byte[]> consumer;
    private @Nullable Map<TopicPartition, OffsetAndMetadata> committing;

    /** What was owned when the topic was found gone; null while it is there. */
    private @Nullable Set<KafkaAssignment> ofGoneTopic;

    private boolean lastCommitFailed;

    /** Whether the group may have given this member up: it was out of touch and has not been heard of since. */
    private boolean doubtful;

    private long lastPoll = System.nanoTime();
    private long lastCommit = System.nanoTime();
    private volatile boolean stopped;
    private volatile boolean closing;
    private volatile long closeBy;
    private volatile @Nullable Thread thread;

    /**
     * A loop that is not running yet.
     *
     * @param first the consumer to begin with
     * @param consumers makes another one when the first is beyond repair
     * @param epochs counts how often this process was given a partition for this group
     * @param fate tells whether the topic is still there
     */
    PollLoop(
            ConsumerSpec spec,
            Sink sink,
            KafkaConfig config,
            Consumer<byte[], byte[]> first,
            Supplier<Consumer<byte[], byte[]>> consumers,
            ToLongFunction<TopicPartition> epochs,
            TopicFate fate) {
        this.name = "subscription " + spec;
        this.spec = spec;
        this.sink = sink;
        this.config = config;
        this.consumers = consumers;
        this.epochs = epochs;
        this.fate = fate;
        this.health = new LoopHealth(sink, name, config);
        this.maxUncommitted = Math.max(config.consuming().maxUncommitted(), spec.maxInFlight());
        use(first);
    }

    /** Opens when the group has given this member its first assignment, which may be empty. */
    CountDownLatch joined() {
        return joined;
    }

    /** Looks at the demand again, now. */
    void wake() {
        Thread running = thread;
        if (running != null) {
            LockSupport.unpark(running);
        }
    }

    /** No message is handed over after this returned; the membership is kept. */
    void stopFetching() {
        handOver.lock();
        try {
            stopped = true;
        } finally {
            handOver.unlock();
        }
        wake();
    }

    /** Ends the loop; it commits and leaves the group within the time given. */
    void close(Duration timeout) {
        stopFetching();
        if (!closing) {
            closeBy = System.nanoTime() + timeout.toNanos();
            closing = true;
        }
        wake();
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            while (!closing) {
                step();
            }
        } finally {
            if (!closing) {
                sink.failed(new SubscriptionException(name + " ended by an error of the machine; subscribe again"));
            }
            leave();
        }
    }

    private void step() {
        try {
            Consumer<byte[], byte[]> active = consumer == null ? use(consumers.get()) : consumer;
            move(active);
            commitWhenDue(active);
            followTopic(active);
            health.look();
        } catch (NoOffsetForPartitionException e) {
            startFromOldest(e.partitions());
        } catch (OffsetOutOfRangeException e) {
            repair(e);
        } catch (InterruptException e) {
            boolean cleared = Thread.interrupted();
            LOG.debug("{} was interrupted ({})", name, cleared, e);
        } catch (RetriableException e) {
            disturbed(e);
        } catch (KafkaException e) {
            disturbed(e);
            if (!KafkaErrors.isRefusal(e)) {
                startOver();
            }
        } catch (RuntimeException e) {
            disturbed(e);
            startOver();
        }
    }

    private void move(Consumer<byte[], byte[]> active) {
        doubtful |= health.isOutOfTouch();
        if (doubtful) {
            awaitWord(active);
            return;
        }
        handOver();
        if (isFull()) {
            keepAlive(active);
        } else {
            pauseAhead(active);
            take(active.poll(POLL));
            lastPoll = System.nanoTime();
        }
    }

    /**
     * After a silence another member may own the partitions. A consumer goes on fetching them all the same until it is told; nothing is
     * handed over meanwhile. The poll that follows the group's answer calls back if they are lost.
     */
    private void awaitWord(Consumer<byte[], byte[]> active) {
        boolean answered = !health.isOutOfTouch();
        active.pause(active.assignment());
        take(active.poll(POLL));
        lastPoll = System.nanoTime();
        doubtful = !answered;
    }

    private void handOver() {
        handOver.lock();
        try {
            if (stopped) {
                fetched.clear();
            }
            while (!fetched.isEmpty() && sink.demand() > 0) {
                sink.accept(fetched.remove());
            }
        } finally {
            handOver.unlock();
        }
    }

    private boolean isFull() {
        return stopped || !fetched.isEmpty() || sink.demand() <= 0;
    }

    /** Follows rebalances without fetching; waits a little or until {@link #wake}. */
    private void keepAlive(Consumer<byte[], byte[]> active) {
        long wait = lastPoll + KEEP_ALIVE.toNanos() - System.nanoTime();
        if (wait > 0 && !closing) {
            LockSupport.parkNanos(this, wait);
            return;
        }
        active.pause(active.assignment());
        take(active.poll(Duration.ZERO));
        lastPoll = System.nanoTime();
    }

    /** Fetches all partitions but those that are too far ahead of their commit. */
    private void pauseAhead(Consumer<byte[], byte[]> active) {
        Set<TopicPartition> paused = active.paused();
        List<TopicPartition> toResume = new ArrayList<>();
        List<TopicPartition> toPause = new ArrayList<>();
        for (KafkaAssignment assignment : owned.values()) {
            boolean ahead = assignment.frontier().size() >= maxUncommitted;
            if (ahead != paused.contains(assignment.partition())) {
                (ahead ? toPause : toResume).add(assignment.partition());
            }
        }
        if (!toResume.isEmpty()) {
            active.resume(toResume);
        }
        if (!toPause.isEmpty()) {
            active.pause(toPause);
        }
    }

    private void take(ConsumerRecords<byte[], byte[]> batch) {
        if (stopped) {
            return; // not received, so never committed
        }
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

    private void commitWhenDue(Consumer<byte[], byte[]> active) {
        long now = System.nanoTime();
        if (committing != null
                || now - lastCommit < config.consuming().commitInterval().toNanos()) {
            return;
        }
        lastCommit = now;
        Map<TopicPartition, OffsetAndMetadata> due = due(owned.keySet());
        if (due.isEmpty()) {
            health.committed();
            return;
        }
        Map<TopicPartition, KafkaAssignment> then = new HashMap<>(owned);
        committing = due;
        active.commitAsync(due, (offsets, error) -> {
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
        if (!closing && !(error instanceof RebalanceInProgressException)) {
            health.commitFailed(error);
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> due(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> due = new HashMap<>();
        for (TopicPartition partition : partitions) {
            KafkaAssignment assignment = owned.get(partition);
            if (assignment != null && assignment.isDue()) {
                due.put(partition, new OffsetAndMetadata(assignment.frontier().position()));
            }
        }
        return due;
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

    /** Commits and waits for the broker; what cannot be committed is delivered again to the next owner. */
    private void commitNow(Consumer<byte[], byte[]> active, Collection<TopicPartition> partitions, Duration timeout) {
        Map<TopicPartition, OffsetAndMetadata> due = due(partitions);
        if (!due.isEmpty()) {
            active.commitSync(due, timeout);
            confirm(owned, due);
            health.committed();
        }
    }

    private void startFromOldest(Set<TopicPartition> partitions) {
        LOG.info(
                "{} has no position in {} (new partitions, or positions that expired); it begins with the oldest",
                name,
                partitions);
        if (consumer != null) {
            consumer.seekToBeginning(partitions);
        }
    }

    private void repair(OffsetOutOfRangeException e) {
        try {
            if (consumer != null) {
                new LostPositions(name, config).repair(consumer, e, this::renewIfBehind, health);
            }
        } catch (KafkaException again) {
            disturbed(again);
        }
    }

    /** What is known of offsets that the log gives out once more is worth nothing. */
    private void renewIfBehind(TopicPartition partition, long position, long next) {
        if (next < position && owned.containsKey(partition)) {
            drop(partition, Duration.ZERO);
            own(partition);
        }
    }

    private void followTopic(Consumer<byte[], byte[]> active) {
        switch (fate.look()) {
            case AS_BEFORE -> ofGoneTopic = null;
            case GONE -> {
                if (ofGoneTopic == null) {
                    ofGoneTopic = Set.copyOf(owned.values());
                }
                health.topicGone(spec.topic());
            }
            case ANEW -> {
                LOG.warn("{}: topic {} was made anew; it begins with its oldest event", name, spec.topic());
                beginAnew(active, ofGoneTopic == null ? Set.copyOf(owned.values()) : ofGoneTopic);
                ofGoneTopic = null;
            }
        }
    }

    /** What was owned of a topic that is no more becomes the same of the one in its place, from its beginning. */
    private void beginAnew(Consumer<byte[], byte[]> active, Set<KafkaAssignment> former) {
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
        committing = null;
        active.seekToBeginning(again);
    }

    private void disturbed(RuntimeException error) {
        if (closing) {
            LOG.debug("{} is closing and was disturbed", name, error);
            return;
        }
        health.disturbed(error);
        LockSupport.parkNanos(this, BACK_OFF.toNanos());
    }

    /** Everything owned is taken for lost, and a new consumer joins. */
    private void startOver() {
        Consumer<byte[], byte[]> old = consumer;
        consumer = null;
        committing = null;
        dropAll(List.copyOf(owned.keySet()), Duration.ZERO);
        if (old != null) {
            closeQuietly(old, Duration.ZERO);
        }
    }

    private Consumer<byte[], byte[]> use(Consumer<byte[], byte[]> next) {
        consumer = next;
        health.use(next.metrics());
        next.subscribe(List.of(spec.topic().name()), new Rebalance(next));
        return next;
    }

    private KafkaAssignment own(TopicPartition partition) {
        KafkaAssignment assignment = new KafkaAssignment(partition, epochs.applyAsLong(partition));
        owned.put(partition, assignment);
        sink.assigned(assignment);
        return assignment;
    }

    /** All are announced before the first is waited for, so that none goes on starting handlers and uses up its grace meanwhile. */
    private void dropAll(Collection<TopicPartition> partitions, Duration grace) {
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

    /** The last commit, and the leave. */
    private void leave() {
        Consumer<byte[], byte[]> active = consumer;
        if (active == null) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        LOG.debug("{} leaves the group (interrupted: {})", name, interrupted);
        commitLast(active);
        closeQuietly(active, remaining());
    }

    private void commitLast(Consumer<byte[], byte[]> active) {
        long giveUp = System.nanoTime() + COMMIT_TIMEOUT.toNanos();
        boolean again = true;
        while (again) {
            again = false;
            try {
                commitNow(active, owned.keySet(), commitTimeout());
                lastCommitFailed = false;
            } catch (RebalanceInProgressException e) {
                // Polling completes the rebalance; then either the commit works or its callbacks have committed.
                lastCommitFailed = false;
                again = completeRebalance(active);
            } catch (RetriableException e) {
                LOG.debug("{} could not commit yet", name, e);
                lastCommitFailed = true;
                LockSupport.parkNanos(this, Math.min(POLL.toNanos(), remaining().toNanos()));
                again = !remaining().isZero() && System.nanoTime() - giveUp < 0;
            } catch (KafkaException | IllegalStateException e) {
                lastCommitFailed = true;
                LOG.warn("{} could not commit at its end; what it settled last is delivered again", name, e);
            }
        }
    }

    private boolean completeRebalance(Consumer<byte[], byte[]> active) {
        try {
            active.pause(active.assignment());
            active.poll(POLL);
        } catch (KafkaException | IllegalStateException e) {
            LOG.debug("{} could not complete the rebalance", name, e);
        }
        return !remaining().isZero();
    }

    /** How long one commit may take: no longer than the close, if that has begun, but for a last try. */
    private Duration commitTimeout() {
        if (!closing || remaining().compareTo(COMMIT_TIMEOUT) > 0) {
            return COMMIT_TIMEOUT;
        }
        return remaining().compareTo(LAST_COMMIT) > 0 ? remaining() : LAST_COMMIT;
    }

    private Duration remaining() {
        return Duration.ofNanos(Math.max(0, closeBy - System.nanoTime()));
    }

    private void closeQuietly(Consumer<byte[], byte[]> old, Duration timeout) {
        try {
            old.close(CloseOptions.timeout(timeout));
        } catch (KafkaException | IllegalStateException e) {
            LOG.debug("{} closed its consumer with an error", name, e);
        }
    }

    /** What the group tells, on the poll thread, within a poll or the close. */
    private final class Rebalance implements ConsumerRebalanceListener {

        private final Consumer<byte[], byte[]> active;

        Rebalance(Consumer<byte[], byte[]> active) {
            this.active = active;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            LOG.debug("{} was given {}", name, partitions);
            partitions.forEach(partition -> own(partition));
            health.inTouch();
            joined.countDown();
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (active != consumer) {
                return;
            }
            LOG.debug("{} gives up {}", name, partitions);
            if (!closing) {
                // Never zero: zero says that they are lost already, and then nothing is committed.
                dropAll(partitions, config.consuming().revokeGrace().plusNanos(1));
            }
            if (!lastCommitFailed) {
                commitGivenUp(partitions);
            }
            owned.keySet().removeAll(partitions);
        }

        private void commitGivenUp(Collection<TopicPartition> partitions) {
            try {
                commitNow(active, partitions, commitTimeout());
            } catch (KafkaException e) {
                LOG.info(
                        "{} could not commit {} while giving it up; what it settled last is delivered again",
                        name,
                        partitions,
                        e);
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            if (active != consumer) {
                return;
            }
            LOG.info("{} lost {}: the group took it for dead", name, partitions);
            dropAll(partitions, Duration.ZERO);
        }
    }
}
