package io.eventbus.kafka;

import io.eventbus.api.Capability;
import io.eventbus.api.EventBus;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Transport;
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
import io.eventbus.testkit.contract.TopologyWindow;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker for the contract kit. Kafka's clients go where the broker sends them, so every bus has one of the broker's proxied
 * listeners; they are used again.
 */
final class KafkaUnderTest implements BrokerUnderTest {

    private static final int LISTENERS = 8;
    private static final int PARTITIONS = 4;
    private static final int POLL_RECORDS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
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

    /** With Kafka's own defaults as configuration of topics, so that there is something to compare. */
    private static Map<String, String> settings(String bootstrap) {
        Map<String, String> settings = new HashMap<>();
        settings.put("eventbus.kafka.bootstrap-servers", bootstrap);
        settings.put("eventbus.kafka.partitions", String.valueOf(PARTITIONS));
        settings.put("eventbus.kafka.replication-factor", "1");
        settings.put("eventbus.kafka.topic.retention.ms", "604800000");
        settings.put("eventbus.kafka.topic.segment.bytes", "1073741824");
        settings.put("eventbus.kafka.connect-timeout", "30s");
        settings.put("eventbus.kafka.session-timeout", SESSION_TIMEOUT.toString());
        settings.put("eventbus.kafka.max-poll-records", String.valueOf(POLL_RECORDS));
        return settings;
    }

    @Override
    public Transport transport() {
        return new KafkaTransport(KafkaConfig.from(settings(server.bootstrapServers()), Map.of()));
    }

    @Override
    public TopologyWindow topology() {
        return new KafkaWindow(server.bootstrapServers(), 2 * PARTITIONS);
    }

    @Override
    public String durableName(String group, Topic topic) {
        return KafkaTransport.groupId(group, topic);
    }

    /** By the names of their metrics. */
    @Override
    public boolean collide(Topic one, Topic other) {
        return one.name().replace('.', '_').equals(other.name().replace('.', '_'));
    }

    /** The settings that the kit brings win, as those of an application do over defaults. */
    static EventBus start(String bootstrapServers, KitOptions options) {
        Map<String, String> settings = settings(bootstrapServers);
        settings.put("eventbus.kafka.topology", options.topology().name().toLowerCase(Locale.ROOT));
        settings.putAll(options.settings());
        KafkaConfig config = KafkaConfig.from(settings, Map.of());
        EventBusBuilder builder =
                EventBusBuilder.over(new KafkaTransport(config)).config(BusConfig.from(options.settings(), Map.of()));
        options.transcoders().forEach(builder::transcoder);
        return builder.start();
    }

    @Override
    public Map<String, String> settingsWith(String secret) {
        return Map.of("eventbus.kafka.kafka.ssl.key.password", secret);
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
    public boolean settlesByPosition() {
        return true;
    }

    @Override
    public void publishForeign(Topic topic, @Nullable String key, Map<String, String> headers, byte[] body) {
        ProducerRecord<byte[], byte[]> message =
                new ProducerRecord<>(topic.name(), key == null ? null : key.getBytes(StandardCharsets.UTF_8), body);
        headers.forEach((name, value) -> message.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        Map<String, Object> properties = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, server.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> bare =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            bare.send(message).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the bare client failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** How far the group's consumers in this process have taken records out of their clients, as those tell through JMX, less what is committed. */
    @Override
    public long unsettled(Topic topic, String group) {
        String groupId = group + "@" + topic;
        Map<TopicPartition, Long> lags = lags(topic, groupId);
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        lags.keySet().forEach(partition -> ends.put(partition, OffsetSpec.latest()));
        long unsettled = 0;
        try (KafkaAdmin admin = new KafkaAdmin(
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, server.bootstrapServers())),
                PATIENCE)) {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.await(
                    admin.client().listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata(groupId));
            Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> end =
                    admin.await(admin.client().listOffsets(ends).all());
            for (Map.Entry<TopicPartition, Long> lag : lags.entrySet()) {
                OffsetAndMetadata done = committed.get(lag.getKey());
                unsettled += end.get(lag.getKey()).offset() - lag.getValue() - (done == null ? 0 : done.offset());
            }
        }
        return unsettled;
    }

    /** What is left of each partition from which something was taken. */
    private static Map<TopicPartition, Long> lags(Topic topic, String groupId) {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        Map<TopicPartition, Long> lags = new HashMap<>();
        try {
            ObjectName pattern = new ObjectName(
                    "kafka.consumer:type=consumer-fetch-manager-metrics,client-id=*,partition=*,topic=*");
            for (ObjectName bean : beans.queryNames(pattern, null)) {
                // A topic with dots has a second bean under an older name, with fewer figures.
                boolean tells = Arrays.stream(beans.getMBeanInfo(bean).getAttributes())
                        .anyMatch(attribute -> attribute.getName().equals("records-lag"));
                if (tells && bean.getKeyProperty("client-id").contains(groupId)) {
                    int partition = Integer.parseInt(bean.getKeyProperty("partition"));
                    double lag = ((Number) beans.getAttribute(bean, "records-lag")).doubleValue();
                    lags.put(new TopicPartition(topic.name(), partition), (long) lag);
                }
            }
        } catch (JMException e) {
            throw new IllegalStateException("the consumers' figures cannot be read", e);
        }
        return lags;
    }

    @Override
    public int fetchedAhead() {
        return POLL_RECORDS;
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
