package io.eventbus.kafka;

import io.eventbus.api.Capability;
import io.eventbus.api.EventBus;
import io.eventbus.api.Topic;
import io.eventbus.core.BusConfig;
import io.eventbus.core.EventBusBuilder;
import io.eventbus.testkit.broker.KafkaServer;
import io.eventbus.testkit.broker.KafkaServerOptions;
import io.eventbus.testkit.broker.TcpProxy;
import io.eventbus.testkit.contract.BrokerUnderTest;
import io.eventbus.testkit.contract.ChildBinding;
import io.eventbus.testkit.contract.KitBus;
import io.eventbus.testkit.contract.KitOptions;
import io.eventbus.testkit.contract.Link;
import io.eventbus.testkit.contract.ProxyLink;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;

/**
 * A Kafka broker for the contract kit. Kafka's clients go where the broker sends them, so every bus has one of the broker's proxied
 * listeners; they are used again.
 */
final class KafkaUnderTest implements BrokerUnderTest {

    private static final int LISTENERS = 8;
    private static final int PARTITIONS = 4;
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

    private final KafkaServer server = KafkaServer.start(KafkaServerOptions.proxiedListeners(LISTENERS));
    private final BitSet taken = new BitSet(LISTENERS);

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public String version() {
        return server.version();
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.PIPELINED_KEY_ORDER, Capability.SHARED_ORDERED_GROUP, Capability.NATIVE_COMPRESSION);
    }

    @Override
    public KitBus connect(KitOptions options) {
        int listener = take();
        try {
            return new KafkaKitBus(start(server.bootstrapServers(listener), options), listener);
        } catch (RuntimeException e) {
            free(listener);
            throw e;
        }
    }

    static EventBus start(String bootstrapServers, KitOptions options) {
        KafkaConfig config = KafkaConfig.builder()
                .bootstrapServers(bootstrapServers)
                .partitions(PARTITIONS)
                .connectTimeout(Duration.ofSeconds(30))
                .sessionTimeout(SESSION_TIMEOUT)
                .topology(options.topologyNever() ? KafkaConfig.Topology.NEVER : KafkaConfig.Topology.CREATE)
                .build();
        EventBusBuilder builder =
                EventBusBuilder.over(new KafkaTransport(config)).config(BusConfig.from(options.settings(), Map.of()));
        options.transcoders().forEach(builder::transcoder);
        return builder.start();
    }

    /** The session time-out, and two looks of the poll loop. */
    @Override
    public Duration heartbeatBound() {
        return SESSION_TIMEOUT.plusSeconds(3);
    }

    /** From the consumers' own counters. */
    @Override
    public long rebalances() {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        double sum = 0;
        try {
            for (ObjectName name : beans.queryNames(
                    new ObjectName("kafka.consumer:type=consumer-coordinator-metrics,client-id=*"), null)) {
                sum += (double) beans.getAttribute(name, "rebalance-total");
                sum += (double) beans.getAttribute(name, "failed-rebalance-total");
            }
        } catch (JMException e) {
            throw new IllegalStateException("the consumers' counters cannot be read", e);
        }
        return (long) sum;
    }

    @Override
    public boolean canDeleteTopics() {
        return true;
    }

    @Override
    public void deleteTopic(Topic topic) {
        try (Admin operator = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()))) {
            operator.deleteTopics(List.of(topic.name())).all().get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("topic " + topic + " could not be deleted", e);
        }
    }

    @Override
    public Optional<ChildBinding> child() {
        return Optional.of(new ChildBinding(KafkaChild.class, Map.of(KafkaChild.BOOTSTRAP, server.bootstrapServers())));
    }

    @Override
    public Optional<Duration> ackDeadline() {
        return Optional.empty();
    }

    @Override
    public Duration takeOver() {
        return SESSION_TIMEOUT;
    }

    /** The commit interval and time to spare. */
    @Override
    public Duration settleDelay() {
        return Duration.ofSeconds(2);
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

    private synchronized int take() {
        int listener = taken.nextClearBit(0);
        if (listener >= LISTENERS) {
            throw new IllegalStateException("a test uses more than " + LISTENERS + " buses at once");
        }
        taken.set(listener);
        return listener;
    }

    private synchronized void free(int listener) {
        TcpProxy proxy = server.link(listener);
        proxy.restore();
        proxy.unstall();
        proxy.cut();
        taken.clear(listener);
    }

    private final class KafkaKitBus implements KitBus {

        private final EventBus bus;
        private final int listener;

        KafkaKitBus(EventBus bus, int listener) {
            this.bus = bus;
            this.listener = listener;
        }

        @Override
        public EventBus bus() {
            return bus;
        }

        @Override
        public Link link() {
            return new ProxyLink(server.link(listener));
        }

        @Override
        public void close() {
            bus.close(Duration.ofSeconds(1));
            free(listener);
        }
    }
}
