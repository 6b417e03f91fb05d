package io.eventbus.memory;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.Capability;
import io.eventbus.api.ConnectionException;
import io.eventbus.api.Health;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.Topic;
import io.eventbus.api.TopologyException;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Sink;
import io.eventbus.api.spi.Transport;
import io.eventbus.api.spi.TransportDescription;
import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A transport to a {@link MemoryBroker}, with a link that tests can cut, sever and stall.
 *
 * <p>Messages a broken link lost are handed over again from the oldest un-acknowledged one on, in stored order, without those this transport
 * still has in work. A transport that the broker cannot reach for the ack deadline loses its partitions and joins again once it is back.
 *
 * <p>Concurrency: all methods may be called from any thread; none waits for the broker but where it says so. Callbacks and sinks are called
 * on the broker's thread, never inside a call of this class.
 */
public final class MemoryTransport implements Transport {

    private final MemoryBroker broker;
    private final boolean createTopics;
    private final Link link;
    private final AtomicBoolean started = new AtomicBoolean();

    /** The topology in use, for {@link #describe}. */
    private final Map<String, String> used = new ConcurrentHashMap<>();

    /** A transport to the broker; it connects in {@link #start}. */
    public MemoryTransport(MemoryBroker broker) {
        this(broker, true);
    }

    /**
     * A transport to the broker; it connects in {@link #start}.
     *
     * @param createTopics whether topics come into being when this transport uses them, if the broker allows that
     */
    public MemoryTransport(MemoryBroker broker, boolean createTopics) {
        this.broker = broker;
        this.createTopics = createTopics;
        this.link = new Link(broker);
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Set<Capability> capabilities() {
        Set<Capability> capabilities = EnumSet.of(
                Capability.PUBLISH_DEDUPLICATION, Capability.SHARED_ORDERED_GROUP, Capability.DELIVERY_COUNT);
        if (broker.config().pipelinedKeyOrder()) {
            capabilities.add(Capability.PIPELINED_KEY_ORDER);
        }
        return capabilities;
    }

    @Override
    public boolean nullBody() {
        return true;
    }

    @Override
    public void start(Duration deliveryTimeout) {
        if (!started.compareAndSet(false, true)) {
            throw new BusClosedException("this memory transport was started before; make a new one");
        }
        broker.connect(link);
    }

    @Override
    public long maxMessageBytes() {
        return broker.config().maxMessageBytes();
    }

    @Override
    public void open(Topic topic, Duration timeout) {
        synchronized (broker.lock) {
            broker.awaitElsewhere(() -> link.isFlowing() || !link.isOpen(), timeout.toNanos());
            checkOpen("open of topic " + topic);
            if (!link.isFlowing()) {
                throw new PublishException(
                        Reason.DISCONNECTED, "open of topic " + topic + ": no connection to the memory broker", null);
            }
            if (broker.topic(topic, createTopics) == null) {
                throw new PublishException(
                        Reason.TOPIC_MISSING,
                        "open of topic " + topic + ": it is missing and topics are not created by use; create it first",
                        null);
            }
            inUse(topic);
        }
    }

    @Override
    public void send(OutboundMessage message, SendCallback done) {
        PendingSend send = new PendingSend(broker, createTopics, message, done);
        synchronized (broker.lock) {
            if (message.size() > maxMessageBytes()) {
                send.fail(
                        Reason.TOO_LARGE,
                        "it has " + message.size() + " bytes, the memory broker takes " + maxMessageBytes());
            } else {
                link.send(send);
            }
        }
    }

    @Override
    public TransportSubscription consume(ConsumerSpec spec, Sink sink) {
        synchronized (broker.lock) {
            checkOpen("subscribe " + spec);
            if (!link.isFlowing()) {
                throw new ConnectionException("subscribe " + spec + ": no connection to the memory broker", true, null);
            }
            TopicLog topic = broker.topic(spec.topic(), createTopics);
            if (topic == null) {
                throw new TopologyException("subscribe " + spec
                        + ": the topic is missing and topics are not created by use; create it first");
            }
            inUse(spec.topic());
            if (!spec.anonymous()) {
                used.put("group " + spec, "group " + spec.group());
            }
            Group group = topic.group(spec.group(), spec.startPosition(), spec.anonymous());
            MemoryConsumer consumer = new MemoryConsumer(broker, link, group, spec, sink);
            link.add(consumer);
            consumer.join();
            return consumer;
        }
    }

    @Override
    public Health.Component health() {
        synchronized (broker.lock) {
            if (link.isFlowing()) {
                return new Health.Component("connection", Health.Status.UP, "");
            }
            String why = !link.isOpen()
                    ? "closed"
                    : link.isStalled() ? "the memory broker does not answer" : "no connection to the memory broker";
            return new Health.Component("connection", Health.Status.DOWN, why);
        }
    }

    @Override
    public TransportDescription describe() {
        return new TransportDescription(broker.config().describe(), used);
    }

    @Override
    public void close(Duration timeout) {
        broker.disconnect(link, timeout.toNanos());
    }

    /** Drops the connection once, with what is under way in it; it is made anew at once. */
    public void cut() {
        synchronized (broker.lock) {
            link.cut();
        }
    }

    /** Drops the connection, with what is under way in it, and refuses new ones until {@link #restore}. */
    public void sever() {
        synchronized (broker.lock) {
            link.sever();
        }
    }

    /** Ends what {@link #sever} began. */
    public void restore() {
        synchronized (broker.lock) {
            link.restore();
        }
    }

    /** Keeps the connection and lets nothing pass, in either direction, until {@link #unstall}; nothing is lost. */
    public void stall() {
        synchronized (broker.lock) {
            link.stall();
        }
    }

    /** Ends what {@link #stall} began. */
    public void unstall() {
        synchronized (broker.lock) {
            link.unstall();
        }
    }

    private void inUse(Topic topic) {
        used.put("topic " + topic, broker.config().partitions() + " partitions");
    }

    private void checkOpen(String attempted) {
        if (!link.isOpen()) {
            throw new BusClosedException(attempted + ": the connection to the memory broker is closed");
        }
    }
}
