package io.eventbus.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.Guice;
import com.google.inject.Injector;
import io.eventbus.api.ConfigurationException;
import io.eventbus.api.spi.Transport;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryConfigTest {

    @Test
    void everyKeyHasItsDefaultAndItsEffect() {
        assertThat(MemoryConfig.from(Map.of(), Map.of())).isEqualTo(MemoryConfig.DEFAULT);
        assertThat(MemoryConfig.DEFAULT)
                .isEqualTo(new MemoryConfig(
                        8,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        100_000,
                        Duration.ofMinutes(2),
                        Long.MAX_VALUE,
                        1024 * 1024,
                        true,
                        false));
        Map<String, String> properties = new HashMap<>();
        properties.put("eventbus.memory.partitions", "3");
        properties.put("eventbus.memory.ack-deadline", "2s");
        properties.put("eventbus.memory.revoke-grace", "1s");
        properties.put("eventbus.memory.deduplication-messages", "5");
        properties.put("eventbus.memory.deduplication-time", "6s");
        properties.put("eventbus.memory.retained-messages", "7");
        properties.put("eventbus.memory.max-message-bytes", "2KiB");
        properties.put("eventbus.memory.create-topics", "false");
        properties.put("eventbus.memory.pipelined-key-order", "true");
        properties.put("eventbus.nats.url", "left alone");
        assertThat(MemoryConfig.from(properties, Map.of("EVENTBUS_MEMORY_PARTITIONS", "4")))
                .isEqualTo(new MemoryConfig(
                        4,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(1),
                        5,
                        Duration.ofSeconds(6),
                        7,
                        2048,
                        false,
                        true));
    }

    @Test
    void unknownKeysAndValuesOutOfRangeAreReportedTogether() {
        assertThatThrownBy(() -> MemoryConfig.from(
                        Map.of("eventbus.memory.partition", "3", "eventbus.memory.ack-deadline", "soon"), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("did you mean eventbus.memory.partitions?")
                .hasMessageContaining("eventbus.memory.ack-deadline is 'soon'");
        assertThatThrownBy(() -> MemoryConfig.builder()
                        .partitions(0)
                        .ackDeadline(Duration.ZERO)
                        .build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems()).hasSize(2));
    }

    @Test
    void theModuleBindsOneTransport() {
        Injector injector = Guice.createInjector(new MemoryModule());
        assertThat(injector.getInstance(Transport.class))
                .isInstanceOf(MemoryTransport.class)
                .isSameAs(injector.getInstance(Transport.class));
    }
}
