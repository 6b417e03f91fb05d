package io.eventbus.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.Capability;
import io.eventbus.api.ConfigurationException;
import io.eventbus.core.publish.WhenFull;
import io.eventbus.core.wire.WireFormat;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BusConfigTest {

    @Test
    void theDefaultsAreTheDocumentedOnes() {
        assertThat(BusConfig.from(Map.of(), Map.of()))
                .isEqualTo(BusConfig.DEFAULT)
                .isEqualTo(new BusConfig(
                        "eventbus",
                        10_000,
                        64L << 20,
                        WhenFull.BLOCK,
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(30),
                        WireFormat.JSON,
                        Compression.LZ4,
                        1024,
                        64L << 20,
                        0,
                        2,
                        0,
                        0,
                        Set.of()));
    }

    @Test
    void everyKeyReachesItsSetting() {
        Map<String, String> properties = Map.ofEntries(
                Map.entry("eventbus.bus.name", "orders"),
                Map.entry("eventbus.bus.max-in-flight", "11"),
                Map.entry("eventbus.bus.max-in-flight-bytes", "12KiB"),
                Map.entry("eventbus.bus.when-full", "fail"),
                Map.entry("eventbus.bus.max-block", "13s"),
                Map.entry("eventbus.bus.delivery-timeout", "14s"),
                Map.entry("eventbus.bus.wire-format", "binary"),
                Map.entry("eventbus.bus.compression", "none"),
                Map.entry("eventbus.bus.compression-threshold", "15"),
                Map.entry("eventbus.bus.max-decompressed-bytes", "16KiB"),
                Map.entry("eventbus.bus.max-payload-bytes", "17KiB"),
                Map.entry("eventbus.bus.callback-threads", "3"),
                Map.entry("eventbus.bus.keyed-workers", "4"),
                Map.entry("eventbus.bus.global-workers", "5"),
                Map.entry("eventbus.bus.requires", "shared-ordered-group, SEEK"));
        assertThat(BusConfig.from(properties, Map.of()))
                .isEqualTo(new BusConfig(
                        "orders",
                        11,
                        12 << 10,
                        WhenFull.FAIL,
                        Duration.ofSeconds(13),
                        Duration.ofSeconds(14),
                        WireFormat.BINARY,
                        Compression.NONE,
                        15,
                        16 << 10,
                        17 << 10,
                        3,
                        4,
                        5,
                        Set.of(Capability.SHARED_ORDERED_GROUP, Capability.SEEK)));
    }

    @Test
    void anUnknownKeyIsRefusedWithASuggestion() {
        assertThatThrownBy(() -> BusConfig.from(Map.of("eventbus.bus.max-inflight", "1"), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("did you mean eventbus.bus.max-in-flight?");
    }

    @Test
    void valuesOutOfRangeAreRefusedTogether() {
        assertThatThrownBy(() ->
                        BusConfig.builder().maxInFlight(0).callbackThreads(0).build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems()).hasSize(2));
    }

    @Test
    void theDescriptionShowsEverySettingAsItIsRead() {
        assertThat(BusConfig.builder()
                        .name("orders")
                        .requires(Capability.SEEK)
                        .build()
                        .describe())
                .containsEntry("eventbus.bus.name", "orders")
                .containsEntry("eventbus.bus.when-full", "block")
                .containsEntry("eventbus.bus.delivery-timeout", "PT30S")
                .containsEntry("eventbus.bus.requires", "seek")
                .satisfies(all ->
                        assertThat(BusConfig.from(all, Map.of()).describe()).isEqualTo(all));
    }
}
