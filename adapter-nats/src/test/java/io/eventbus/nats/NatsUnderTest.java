package io.eventbus.nats;

import io.eventbus.api.Capability;
import io.eventbus.api.EventBus;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Transport;
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
import io.eventbus.testkit.contract.TopologyWindow;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    private static Map<String, String> settings(String url) {
        Map<String, String> settings = new HashMap<>();
        settings.put("eventbus.nats.servers", url);
        settings.put("eventbus.nats.reconnect-wait", "100ms");
        settings.put("eventbus.nats.reconnect-jitter", "50ms");
        settings.put("eventbus.nats.ack-wait", ACK_WAIT.toString());
        settings.put("eventbus.nats.max-bytes", String.valueOf(STREAM_BYTES));
        return settings;
    }

    @Override
    public Transport transport() {
        return new NatsTransport(NatsConfig.from(settings(server.url()), Map.of()));
    }

    @Override
    public TopologyWindow topology() {
        return new NatsWindow(server.url(), STREAM_BYTES);
    }

    @Override
    public String durableName(String group, Topic topic) {
        return Durable.nameFor(group, topic);
    }

    /** The settings that the kit brings win, as those of an application do over defaults. */
    static EventBus start(String url, Duration pingInterval, KitOptions options) {
        Map<String, String> settings = settings(url);
        settings.put("eventbus.nats.ping-interval", pingInterval.toString());
        settings.put("eventbus.nats.topology", options.topology().name().toLowerCase(Locale.ROOT));
        if (options.sharedStore() != null) {
            settings.put("eventbus.nats.stream", options.sharedStore());
        }
        settings.putAll(options.settings());
        NatsConfig config = NatsConfig.from(settings, Map.of());
        EventBusBuilder builder =
                EventBusBuilder.over(new NatsTransport(config)).config(BusConfig.from(options.settings(), Map.of()));
        options.transcoders().forEach(builder::transcoder);
        return builder.start();
    }

    @Override
    public Map<String, String> settingsWith(String secret) {
        return Map.of("eventbus.nats.user", "kit", "eventbus.nats.password", secret);
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
    public void publishForeign(Topic topic, @Nullable String key, Map<String, String> headers, byte[] body) {
        io.nats.client.impl.Headers wire = new io.nats.client.impl.Headers();
        headers.forEach(wire::add);
        if (key != null) {
            wire.add("X-Aggregate-ID", key);
        }
        bare(client -> client.jetStream().publish(topic.name(), wire, body));
    }

    @Override
    public long unsettled(Topic topic, String group) {
        String stream = topic.name().replace('.', '=');
        String durable = group + "@" + stream;
        return bare(client -> client.jetStreamManagement().getConsumerInfo(stream, durable))
                .getNumAckPending();
    }

    private <T> T bare(Task<T> task) {
        try (Connection client = Nats.connect(server.url())) {
            return task.run(client);
        } catch (IOException | JetStreamApiException e) {
            throw new IllegalStateException("the bare client failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What is done with the broker's own client. */
    @FunctionalInterface
    private interface Task<T> {
        T run(Connection client) throws IOException, JetStreamApiException;
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
