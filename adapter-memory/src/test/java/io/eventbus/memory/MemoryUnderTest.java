package io.eventbus.memory;

import io.eventbus.api.Capability;
import io.eventbus.api.EventBus;
import io.eventbus.core.BusConfig;
import io.eventbus.core.EventBusBuilder;
import io.eventbus.testkit.contract.BrokerUnderTest;
import io.eventbus.testkit.contract.KitBus;
import io.eventbus.testkit.contract.KitOptions;
import io.eventbus.testkit.contract.Link;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A memory broker for the contract kit. */
final class MemoryUnderTest implements BrokerUnderTest {

    private static final Duration TAKE_OVER = Duration.ofSeconds(2);

    private final MemoryBroker broker =
            new MemoryBroker(MemoryConfig.builder().ackDeadline(TAKE_OVER).build());

    /** Topics are made by the broker, so a bus that must not make them connects to one that does not. */
    private final MemoryBroker withoutTopics =
            new MemoryBroker(MemoryConfig.builder().createTopics(false).build());

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
        MemoryTransport transport = new MemoryTransport(options.topologyNever() ? withoutTopics : broker);
        EventBusBuilder builder = EventBusBuilder.over(transport).config(BusConfig.from(options.settings(), Map.of()));
        options.transcoders().forEach(builder::transcoder);
        return new MemoryKitBus(builder.start(), transport);
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
        withoutTopics.close();
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
    }
}
