package io.eventbus.memory;

import io.eventbus.api.Capability;
import io.eventbus.api.EventBus;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.Transport;
import io.eventbus.core.BusConfig;
import io.eventbus.core.EventBusBuilder;
import io.eventbus.testkit.contract.BrokerUnderTest;
import io.eventbus.testkit.contract.KitBus;
import io.eventbus.testkit.contract.KitOptions;
import io.eventbus.testkit.contract.Link;
import io.eventbus.testkit.contract.TopologyWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A memory broker for the contract kit. */
public class MemoryUnderTest implements BrokerUnderTest {

    private static final Duration TAKE_OVER = Duration.ofSeconds(2);

    private final MemoryBroker broker =
            new MemoryBroker(MemoryConfig.builder().ackDeadline(TAKE_OVER).build());

    private final List<MemoryBroker> others = new ArrayList<>();

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String version() {
        return "in-process";
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.PUBLISH_DEDUPLICATION, Capability.SHARED_ORDERED_GROUP, Capability.DELIVERY_COUNT);
    }

    @Override
    public KitBus connect(KitOptions options) {
        return connect(options, transport -> transport);
    }

    /** A bus over what is made of the transport. */
    protected final KitBus connect(KitOptions options, UnaryOperator<Transport> around) {
        MemoryTransport transport =
                new MemoryTransport(brokerFor(options), options.topology() == KitOptions.Topology.CREATE);
        EventBusBuilder builder =
                EventBusBuilder.over(around.apply(transport)).config(BusConfig.from(options.settings(), Map.of()));
        options.transcoders().forEach(builder::transcoder);
        return new MemoryKitBus(builder.start(), transport);
    }

    /** Settings are those of a broker, so who brings some gets a broker of his own. */
    private MemoryBroker brokerFor(KitOptions options) {
        if (options.settings().keySet().stream().anyMatch(key -> key.startsWith(MemoryConfig.PREFIX))) {
            MemoryBroker own = new MemoryBroker(MemoryConfig.from(options.settings(), Map.of()));
            others.add(own);
            return own;
        }
        return broker;
    }

    @Override
    public Transport transport() {
        return new MemoryTransport(broker);
    }

    @Override
    public TopologyWindow topology() {
        return new MemoryWindow();
    }

    @Override
    public String durableName(String group, Topic topic) {
        return Group.name(group, topic);
    }

    @Override
    public Optional<Duration> ackDeadline() {
        return Optional.empty();
    }

    @Override
    public Duration takeOver() {
        return TAKE_OVER;
    }

    @Override
    public void publishForeign(Topic topic, @Nullable String key, Map<String, String> headers, byte[] body) {
        Headers.Builder wire = Headers.builder();
        headers.forEach(wire::add);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        OutboundMessage message =
                new OutboundMessage(topic, UUID.randomUUID().toString(), key, wire.build(), body, deadline);
        CompletableFuture<Position> stored = new CompletableFuture<>();
        MemoryTransport transport = new MemoryTransport(broker, false);
        transport.start(Duration.ofSeconds(30));
        try {
            transport.send(message, new SendCallback() {
                @Override
                public void acknowledged(Position position, boolean duplicate) {
                    stored.complete(position);
                }

                @Override
                public void failed(EventBusException error) {
                    stored.completeExceptionally(error);
                }
            });
            stored.orTimeout(30, TimeUnit.SECONDS).join();
        } finally {
            transport.close(Duration.ofSeconds(1));
        }
    }

    @Override
    public long unsettled(Topic topic, String group) {
        return broker.unsettled(topic, group);
    }

    @Override
    public Duration heartbeatBound() {
        return TAKE_OVER;
    }

    @Override
    public boolean canKill() {
        return true;
    }

    @Override
    public void killBroker() {
        broker.kill();
    }

    @Override
    public void startBroker() {
        broker.restart();
    }

    @Override
    public void close() {
        broker.close();
        others.forEach(MemoryBroker::close);
    }

    /** Topics of one broker are all alike, so none can be larger or differ. */
    private final class MemoryWindow implements TopologyWindow {

        @Override
        public boolean exists(Topic topic) {
            synchronized (broker.lock) {
                return broker.topic(topic, false) != null;
            }
        }

        @Override
        public Map<String, String> settings(Topic topic) {
            synchronized (broker.lock) {
                return Map.of("partitions", "" + broker.topic(topic, false).partitionCount());
            }
        }

        @Override
        public Set<String> groups(Topic topic) {
            synchronized (broker.lock) {
                TopicLog log = broker.topic(topic, false);
                return log == null ? Set.of() : log.groups();
            }
        }

        @Override
        public void makeLarger(Topic topic) {
            broker.createTopic(topic);
        }

        @Override
        public List<String> makeDifferent(Topic topic, String group) {
            return List.of();
        }
    }

    private record MemoryKitBus(EventBus bus, MemoryTransport transport) implements KitBus {

        @Override
        public Link link() {
            return new MemoryLink(transport);
        }

        @Override
        public void close() {
            bus.close(Duration.ofSeconds(1));
        }
    }

    private record MemoryLink(MemoryTransport transport) implements Link {

        @Override
        public void cut() {
            transport.cut();
        }

        @Override
        public void sever() {
            transport.sever();
        }

        @Override
        public void restore() {
            transport.restore();
        }

        @Override
        public void stall() {
            transport.stall();
        }

        @Override
        public void unstall() {
            transport.unstall();
        }

        @Override
        public int connections() {
            return transport.health().detail().equals("closed") ? 0 : 1;
        }
    }
}
