package io.eventbus.kafka;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.Capability;
import io.eventbus.api.Health;
import io.eventbus.api.PublishException;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.Transport;
import io.eventbus.api.spi.TransportDescription;
import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event bus on Kafka: one idempotent producer for everything that is published, one consumer with its own poll thread for each
 * subscription.
 *
 * <p>Guarantees: an acknowledged message is stored by all in-sync replicas; messages of one key are stored in the order they were sent;
 * a position is committed only when everything received before it is settled. See {@code docs/kafka.md}.
 *
 * <p>Concurrency: {@link #start} happens before everything else; all other methods may be called from any thread.
 */
public final class KafkaTransport implements Transport {

    /** What a message takes on the wire besides body and headers: batch and record frames, the key, and lengths. */
    private static final int FRAME = 4 << 10;

    /** What is kept free, so that the largest message that can be published can also become a dead letter with further headers. */
    private static final int DEAD_LETTER_HEADERS = 16 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(KafkaTransport.class);
    private static final Duration CONSUME_TIMEOUT = Duration.ofSeconds(30);

    private final KafkaConfig config;
    private final KafkaClients clients;
    private final KafkaThreads threads;
    private final KafkaTopics topics;
    private final AdminTopicWatch watch;
    private final KafkaHealth health = new KafkaHealth();
    private final Set<KafkaSubscription> subscriptions = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicLong> epochs = new ConcurrentHashMap<>();

    /** The topology in use, for {@link #describe}. */
    private final Map<String, String> used = new ConcurrentHashMap<>();

    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable KafkaPublisher publisher;
    private volatile long maxMessageBytes;

    /** A transport for a cluster of the given configuration. Nothing connects before {@link #start}. */
    public KafkaTransport(KafkaConfig config) {
        this.config = config;
        this.clients = new KafkaClients(config);
        this.threads = new KafkaThreads(clients.name());
        this.topics = new KafkaTopics(config, threads);
        this.watch = new AdminTopicWatch(config, clients, topics, threads);
        this.maxMessageBytes = limit(config.publishing().maxMessageBytes());
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.PIPELINED_KEY_ORDER, Capability.SHARED_ORDERED_GROUP, Capability.NATIVE_COMPRESSION);
    }

    /** {@code true}: a tombstone stays one. */
    @Override
    public boolean nullBody() {
        return true;
    }

    @Override
    public void start(Duration deliveryTimeout) {
        if (!started.compareAndSet(false, true)) {
            throw new BusClosedException("this Kafka transport was started before; make a new one");
        }
        Supplier<Producer<byte[], byte[]>> producers = clients.producers(deliveryTimeout);
        try (KafkaAdmin admin = clients.admin(config.cluster().connectTimeout())) {
            maxMessageBytes = limit(BrokerLimits.largestBatch(admin, config));
            publisher = new KafkaPublisher(producers, health, threads);
        } catch (KafkaException e) {
            throw KafkaErrors.connection("connecting", config, e);
        }
        LOG.info("Connected to Kafka at {}", config.bootstrap());
    }

    @Override
    public long maxMessageBytes() {
        return maxMessageBytes;
    }

    @Override
    public void open(Topic topic, Duration timeout) {
        KafkaPublisher sender = sender("opening " + topic);
        long deadlineNanos;
        try (KafkaAdmin admin = clients.admin(timeout)) {
            deadlineNanos = admin.deadlineNanos();
            inUse(topic, topics.ensure(topic, admin));
        } catch (KafkaException e) {
            throw KafkaErrors.opening(topic, config, e);
        }
        sender.load(topic, deadlineNanos);
    }

    @Override
    public void send(OutboundMessage message, SendCallback done) {
        KafkaPublisher sender = publisher;
        if (sender == null) {
            done.failed(new PublishException(
                    PublishException.Reason.DISCONNECTED,
                    "publishing " + message.messageId() + " to " + message.topic() + " failed: the bus is not started",
                    null));
            return;
        }
        sender.send(message, done);
    }

    /**
     * Starts a consumer with a poll thread of its own. For a new durable group that begins with the latest event this waits until the group has
     * taken the member in, so that nobody else can set the start once more; a broker with default settings takes 3 s for that.
     */
    @Override
    public TransportSubscription consume(ConsumerSpec spec, Sink sink) {
        sender("subscribing " + spec);
        String groupId = groupId(spec.group(), spec.topic());
        boolean isNew;
        try (KafkaAdmin admin = clients.admin(CONSUME_TIMEOUT)) {
            int partitions = topics.ensure(spec.topic(), admin);
            inUse(spec.topic(), partitions);
            isNew = GroupStart.pin(spec.topic(), partitions, groupId, spec.startPosition(), admin);
        } catch (KafkaException e) {
            throw KafkaErrors.subscribing("subscribing " + spec, config, e);
        }
        KafkaSubscription subscription = start(spec, sink, groupId);
        boolean othersMayJoin = isNew && spec.startPosition() == StartPosition.LATEST && !spec.anonymous();
        if (othersMayJoin && !subscription.awaitJoined(CONSUME_TIMEOUT)) {
            LOG.warn("Group {} has not taken the subscription in yet; it goes on trying", groupId);
        }
        return subscription;
    }

    @Override
    public Health.Component health() {
        if (publisher == null || closed.get()) {
            return new Health.Component("connection", Health.Status.DOWN, closed.get() ? "closed" : "not started");
        }
        return health.component(config.bootstrap());
    }

    @Override
    public void close(Duration timeout) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        for (KafkaSubscription subscription : subscriptions) {
            subscription.close(remaining(deadlineNanos));
        }
        watch.close();
        KafkaPublisher sender = publisher;
        if (sender != null) {
            sender.close(remaining(deadlineNanos));
        }
    }

    @Override
    public TransportDescription describe() {
        return new TransportDescription(config.effective(), used);
    }

    private void inUse(Topic topic, int partitions) {
        used.put("topic " + topic, partitions + " partitions");
    }

    private KafkaSubscription start(ConsumerSpec spec, Sink sink, String groupId) {
        Supplier<Consumer<byte[], byte[]>> consumers = clients.consumers(groupId);
        try {
            PollLoop loop = new PollLoop(
                    spec,
                    sink,
                    config,
                    consumers.get(),
                    consumers,
                    partition -> epoch(groupId, partition),
                    new TopicFate(spec.topic(), watch));
            AtomicReference<KafkaSubscription> self = new AtomicReference<>();
            KafkaSubscription subscription = KafkaSubscription.start(loop, "poll-" + groupId, threads, left -> {
                KafkaSubscription ended = self.get();
                if (ended != null && subscriptions.remove(ended) && spec.anonymous()) {
                    AnonymousGroup.delete(clients, threads, groupId, left);
                }
            });
            self.set(subscription);
            subscriptions.add(subscription);
            if (!spec.anonymous()) {
                used.put("group " + spec, "consumer group " + groupId);
            }
            if (closed.get()) {
                // The close may have looked at the subscriptions before this one was there.
                subscription.close(Duration.ZERO);
                throw new BusClosedException(
                        "subscribing " + spec + " failed: the Kafka transport was closed meanwhile");
            }
            return subscription;
        } catch (KafkaException e) {
            throw KafkaErrors.connection("subscribing " + spec, config, e);
        }
    }

    /** The group id of a group on a topic: the same for ever, and another one for every other group or topic. */
    static String groupId(String group, Topic topic) {
        return group + "@" + topic;
    }

    private long epoch(String groupId, TopicPartition partition) {
        return epochs.computeIfAbsent(groupId + "/" + partition.partition(), p -> new AtomicLong())
                .incrementAndGet();
    }

    private KafkaPublisher sender(String what) {
        KafkaPublisher sender = publisher;
        if (sender == null || closed.get()) {
            throw new BusClosedException(what + " failed: the Kafka transport is not started or was closed");
        }
        return sender;
    }

    private static Duration remaining(long deadlineNanos) {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }

    private static long limit(int largestBatch) {
        return Math.max(0, largestBatch - FRAME - DEAD_LETTER_HEADERS);
    }
}
