package io.eventbus.nats;

import io.eventbus.api.Capability;
import io.eventbus.api.EventBus;
import io.eventbus.api.Topic;
import io.eventbus.core.BusConfig;
import io.eventbus.core.EventBusBuilder;
import io.eventbus.testkit.broker.NatsServer;
import io.eventbus.testkit.broker.TcpProxy;
import io.eventbus.testkit.contract.BrokerUnderTest;
import io.eventbus.testkit.contract.ChildBinding;
import io.eventbus.testkit.contract.KitBus;
import io.eventbus.testkit.contract.KitOptions;
import io.eventbus.testkit.contract.Link;
import io.eventbus.testkit.contract.ProxyLink;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A NATS server for the contract kit; every bus reaches it through a proxy of its own. */
final class NatsUnderTest implements BrokerUnderTest {

    /** The default of the adapter. */
    static final Duration PING_INTERVAL = Duration.ofSeconds(10);

    private static final Duration ACK_WAIT = Duration.ofSeconds(3);

    /** Room for the largest test; each stream reserves it. */
    private static final long STREAM_BYTES = 128L << 20;

    private final NatsServer server = NatsServer.start();
    private final Duration pingInterval;

    NatsUnderTest() {
        this(PING_INTERVAL);
    }

    /** With connections that are probed so often. */
    NatsUnderTest(Duration pingInterval) {
        this.pingInterval = pingInterval;
    }

    @Override
    public String name() {
        return "nats";
    }

    @Override
    public String version() {
        return server.version();
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.PUBLISH_DEDUPLICATION, Capability.DELIVERY_COUNT);
    }

    @Override
    public KitBus connect(KitOptions options) {
        TcpProxy proxy = TcpProxy.to(server.host(), server.port());
        try {
            return new NatsKitBus(start("nats://127.0.0.1:" + proxy.port(), pingInterval, options), proxy);
        } catch (RuntimeException e) {
            proxy.close();
            throw e;
        }
    }

    static EventBus start(String url, Duration pingInterval, KitOptions options) {
        NatsConfig config = NatsConfig.builder()
                .servers(url)
                .reconnectWait(Duration.ofMillis(100))
                .reconnectJitter(Duration.ofMillis(50))
                .pingInterval(pingInterval)
                .ackWait(ACK_WAIT)
                .maxBytes(STREAM_BYTES)
                .topology(options.topologyNever() ? NatsConfig.Topology.NEVER : NatsConfig.Topology.CREATE)
                .build();
        EventBusBuilder builder =
                EventBusBuilder.over(new NatsTransport(config)).config(BusConfig.from(options.settings(), Map.of()));
        options.transcoders().forEach(builder::transcoder);
        return builder.start();
    }

    /** The third unanswered probe, where none is sent in an interval in which something came; and a moment to act upon it. */
    @Override
    public Duration heartbeatBound() {
        return pingInterval.multipliedBy(4).plusSeconds(1);
    }

    @Override
    public boolean canDeleteTopics() {
        return true;
    }

    @Override
    public void deleteTopic(Topic topic) {
        asOperator(management -> management.deleteStream(streamOf(topic)));
    }

    @Override
    public void deleteGroup(Topic topic, String group) {
        asOperator(management -> management.deleteConsumer(streamOf(topic), group + "@" + streamOf(topic)));
    }

    private static String streamOf(Topic topic) {
        return topic.name().replace('.', '=');
    }

    private void asOperator(Deed deed) {
        try (Connection operator = Nats.connect(server.url())) {
            deed.with(operator.jetStreamManagement());
        } catch (IOException | JetStreamApiException e) {
            throw new IllegalStateException("the operator could not do it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public Optional<ChildBinding> child() {
        return Optional.of(new ChildBinding(NatsChild.class, Map.of(NatsChild.URL, server.url())));
    }

    @Override
    public Optional<Duration> ackDeadline() {
        return Optional.of(ACK_WAIT);
    }

    @Override
    public Duration takeOver() {
        return ACK_WAIT;
    }

    @Override
    public boolean canKill() {
        return true;
    }

    @Override
    public void killBroker() {
        server.kill();
    }

    @Override
    public void startBroker() {
        server.restart();
    }

    @Override
    public void close() {
        server.close();
    }

    private interface Deed {
        void with(JetStreamManagement management) throws IOException, JetStreamApiException;
    }

    private record NatsKitBus(EventBus bus, TcpProxy proxy) implements KitBus {

        @Override
        public Link link() {
            return new ProxyLink(proxy);
        }

        @Override
        public void close() {
            try (proxy) {
                bus.close(Duration.ofSeconds(1));
            }
        }
    }
}
