package io.eventbus.kafka;

import io.eventbus.api.SubscriptionException;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.Sink;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one subscription's consumer: fetch what the sink has room for, hand it over in order, have the frontiers committed, follow the
 * topic. It never waits for a handler except in the bounded grace of a revoke, and it ends only when it is closed. What is owned and fetched
 * stands in {@link OwnedPartitions}; the group's word comes to {@link Membership}.
 *
 * <p>Concurrency: everything but {@link #wake}, {@link #stopFetching} and {@link #close} runs on the poll thread, which owns the consumer and
 * all state, that of the loop's parts included. {@code handOver} is held while messages are handed over, so that none is after
 * {@code stopFetching} returned; acknowledgements and rebalances never take it. Acknowledgements only set flags (see {@link Frontier}).
 */
final class PollLoop implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(PollLoop.class);

    /** How long a poll waits for records; bounds the delay of a commit and of a close while nothing arrives. */
    private static final Duration POLL = Duration.ofMillis(100);

    /** How often a subscription that is full polls to follow rebalances; it is woken at once when there is room. */
    private static final Duration KEEP_ALIVE = Duration.ofMillis(20);

    private static final Duration BACK_OFF = Duration.ofMillis(500);

    private final String name;
    private final ConsumerSpec spec;
    private final Sink sink;
    private final KafkaConfig config;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final LoopHealth health;
    private final TopicFate fate;
    private final LoopEnd end = new LoopEnd();
    private final OwnedPartitions owned;
    private final PositionCommits commits;
    private final ReentrantLock handOver = new ReentrantLock();
    private final CountDownLatch joined = new CountDownLatch(1);
    private @Nullable Consumer<byte[], byte[]> consumer;
    private @Nullable Membership membership;

    /** What was owned when the topic was found gone; null while it is there. */
    private @Nullable Set<KafkaAssignment> ofGoneTopic;

    /** Whether the group may have given this member up: it was out of touch and has not been heard of since. */
    private boolean doubtful;

    private long lastPoll = System.nanoTime();
    private volatile boolean stopped;
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
        this.fate = fate;
        this.health = new LoopHealth(sink, name, config);
        this.owned = new OwnedPartitions(
                spec, sink, epochs, Math.max(config.consuming().maxUncommitted(), spec.maxInFlight()));
        this.commits =
                new PositionCommits(name, owned, health, end, config.consuming().commitInterval());
        join(first);
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
        end.begin(timeout);
        wake();
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        try {
            while (!end.begun()) {
                step();
            }
        } finally {
            if (!end.begun()) {
                sink.failed(new SubscriptionException(name + " ended by an error of the machine; subscribe again"));
            }
            leave();
        }
    }

    private void step() {
        try {
            Consumer<byte[], byte[]> active = consumer == null ? startAnew() : consumer;
            move(active);
            commits.commitWhenDue(active);
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
            owned.pauseAhead(active);
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
                owned.clearFetched();
            }
            owned.handOver();
        } finally {
            handOver.unlock();
        }
    }

    private boolean isFull() {
        return stopped || owned.hasFetched() || sink.demand() <= 0;
    }

    /** Follows rebalances without fetching; waits a little or until {@link #wake}. */
    private void keepAlive(Consumer<byte[], byte[]> active) {
        long wait = lastPoll + KEEP_ALIVE.toNanos() - System.nanoTime();
        if (wait > 0 && !end.begun()) {
            LockSupport.parkNanos(this, wait);
            return;
        }
        active.pause(active.assignment());
        take(active.poll(Duration.ZERO));
        lastPoll = System.nanoTime();
    }

    private void take(ConsumerRecords<byte[], byte[]> batch) {
        if (!stopped) { // else it is not received, so never committed
            owned.take(batch);
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
                new LostPositions(name, config).repair(consumer, e, owned::renewIfBehind, health);
            }
        } catch (KafkaException again) {
            disturbed(again);
        }
    }

    private void followTopic(Consumer<byte[], byte[]> active) {
        switch (fate.look()) {
            case AS_BEFORE -> ofGoneTopic = null;
            case GONE -> {
                if (ofGoneTopic == null) {
                    ofGoneTopic = owned.assignments();
                }
                health.topicGone(spec.topic());
            }
            case ANEW -> {
                LOG.warn("{}: topic {} was made anew; it begins with its oldest event", name, spec.topic());
                List<TopicPartition> again = owned.beginAnew(ofGoneTopic == null ? owned.assignments() : ofGoneTopic);
                commits.forget();
                active.seekToBeginning(again);
                ofGoneTopic = null;
            }
        }
    }

    private void disturbed(RuntimeException error) {
        if (end.begun()) {
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
        if (membership != null) {
            membership.end();
        }
        commits.forget();
        owned.dropAll();
        if (old != null) {
            closeQuietly(old, Duration.ZERO);
        }
    }

    private Consumer<byte[], byte[]> startAnew() {
        Consumer<byte[], byte[]> next = consumers.get();
        join(next);
        return next;
    }

    private void join(Consumer<byte[], byte[]> next) {
        consumer = next;
        health.use(next.metrics());
        Membership made = new Membership(
                name,
                next,
                new Membership.Standing(owned, commits, health, end, joined),
                config.consuming().revokeGrace());
        membership = made;
        next.subscribe(List.of(spec.topic().name()), made);
    }

    /** The last commit, and the leave. */
    private void leave() {
        Consumer<byte[], byte[]> active = consumer;
        if (active == null) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        LOG.debug("{} leaves the group (interrupted: {})", name, interrupted);
        commits.commitLast(active);
        closeQuietly(active, end.remaining());
    }

    private void closeQuietly(Consumer<byte[], byte[]> old, Duration timeout) {
        try {
            old.close(CloseOptions.timeout(timeout));
        } catch (KafkaException | IllegalStateException e) {
            LOG.debug("{} closed its consumer with an error", name, e);
        }
    }
}
