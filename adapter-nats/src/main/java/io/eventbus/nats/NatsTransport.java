package io.eventbus.nats;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.Capability;
import io.eventbus.api.ConfigurationException;
import io.eventbus.api.ConnectionException;
import io.eventbus.api.Health;
import io.eventbus.api.PublishException;
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
import org.jspecify.annotations.Nullable;

/**
 * The event bus's transport over NATS JetStream: one connection, one inbox for all acknowledgements and one fetcher for all
 * subscriptions.
 *
 * <p>What it guarantees, beyond {@link Transport}: success means that JetStream has stored the message; a keyed subscription gets its
 * messages in stream order, also after a lost connection and after a take-over, as long as it is the only one of its group.
 */
public final class NatsTransport implements Transport {

    private static final String MINIMUM_SERVER = "2.9.0";

    private final NatsConfig config;
    private final KnownStreams streams;

    /** The topology in use, for {@link #describe}. */
    private final Map<String, String> used = new ConcurrentHashMap<>();

    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile @Nullable Running running;

    /** A transport that connects as configured once it is started. */
    public NatsTransport(NatsConfig config) {
        this.config = config;
        this.streams = new KnownStreams(config);
    }

    @Override
    public String name() {
        return "nats";
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.PUBLISH_DEDUPLICATION, Capability.DELIVERY_COUNT);
    }

    /** False: a NATS message always has a body, which may be empty. */
    @Override
    public boolean nullBody() {
        return false;
    }

    @Override
    public void start(Duration deliveryTimeout) {
        if (config.streamLimits().duplicateWindow().compareTo(deliveryTimeout) < 0) {
            throw new ConfigurationException("eventbus.nats.duplicate-window is "
                    + config.streamLimits().duplicateWindow() + ", shorter than the delivery timeout of the bus, "
                    + deliveryTimeout + "; an event sent again late would be stored twice. Lengthen it");
        }
        if (closed.get() || !started.compareAndSet(false, true)) {
            throw new BusClosedException("this NATS transport was started before; make a new one");
        }
        NatsThreads threads = new NatsThreads(config.connectionName());
        NatsConnection connection = new NatsConnection(config, threads);
        try {
            connection.connect();
            checkServer(connection);
            running = new Running(config, threads, connection, streams, deliveryTimeout);
        } catch (RuntimeException e) {
            connection.close(Duration.ZERO);
            threads.close();
            throw e;
        }
    }

    @Override
    public long maxMessageBytes() {
        return running().connection.maxMessageBytes();
    }

    @Override
    public void open(Topic topic, Duration timeout) {
        try {
            running().topics.open(topic, timeout);
            used.put("topic " + topic, "stream " + streams.nameFor(topic));
        } catch (ConnectionException e) {
            if (e.retriable()) {
                throw e;
            }
            throw new PublishException(
                    PublishException.Reason.UNAUTHORIZED, "opening " + topic + " failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void send(OutboundMessage message, SendCallback done) {
        running().acks.send(message, done);
    }

    @Override
    public TransportSubscription consume(ConsumerSpec spec, Sink sink) {
        TransportSubscription subscription = running().fetcher.subscribe(spec, sink);
        used.put("topic " + spec.topic(), "stream " + streams.nameFor(spec.topic()));
        if (!spec.anonymous()) {
            String durable = Durable.nameFor(spec);
            used.put("group " + spec, "durable " + durable + " on stream " + streams.nameFor(spec.topic()));
        }
        return subscription;
    }

    @Override
    public TransportDescription describe() {
        return new TransportDescription(NatsSettings.effective(config), used);
    }

    @Override
    public Health.Component health() {
        Running current = running;
        if (current == null) {
            return new Health.Component("connection", Health.Status.DOWN, closed.get() ? "closed" : "not started");
        }
        return current.health();
    }

    @Override
    public void close(Duration timeout) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        Running current = running;
        if (current != null) {
            current.close(timeout);
        }
    }

    private Running running() {
        Running current = running;
        if (current == null) {
            throw new BusClosedException("the NATS transport is not started");
        }
        return current;
    }

    private static void checkServer(NatsConnection connection) {
        if (connection.client().getServerInfo().isOlderThanVersion(MINIMUM_SERVER)) {
            throw new ConfigurationException("NATS at " + connection.shownServers() + " is version "
                    + connection.serverVersion() + ", needed is " + MINIMUM_SERVER + " or newer");
        }
    }

    /** Everything that exists only while the transport is connected. */
    private static final class Running {

        private final NatsThreads threads;
        private final NatsConnection connection;
        private final TopicStreams topics;
        private final AckInbox acks;
        private final Fetcher fetcher;

        Running(
                NatsConfig config,
                NatsThreads threads,
                NatsConnection connection,
                KnownStreams streams,
                Duration deliveryTimeout) {
            this.threads = threads;
            this.connection = connection;
            NatsAdmin admin = new NatsAdmin(connection, config.requestTimeout());
            this.topics = new TopicStreams(config, admin, streams, deliveryTimeout);
            this.acks = new AckInbox(connection, threads, config, streams, new LostTopics(topics, threads, config));
            GroupConsumers consumers = new GroupConsumers(config, admin, topics);
            this.fetcher = new Fetcher(connection, threads, config, consumers, streams);
        }

        Health.Component health() {
            Health.Component link = connection.health();
            return link.status() == Health.Status.UP ? fetcher.health(link) : link;
        }

        void close(Duration timeout) {
            long deadline = System.nanoTime() + timeout.toNanos();
            fetcher.close();
            acks.close();
            connection.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            threads.close();
        }
    }
}
