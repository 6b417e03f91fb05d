package io.eventbus.testkit.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BrokersTest {

    @Test
    void coversEveryBrokerUnlessNarrowed() {
        assertThat(Brokers.parse("all")).containsExactly("memory", "nats", "kafka");
        assertThat(Brokers.parse(" Kafka , memory")).containsExactly("memory", "kafka");
    }

    @Test
    void refusesBrokersItDoesNotKnow() {
        assertThatThrownBy(() -> Brokers.parse("nats,rabbit"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rabbit")
                .hasMessageContaining("kafka");
        assertThatThrownBy(() -> Brokers.parse(",")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void settingsHaveTheNameOfTheirVariable() {
        assertThat(BrokerSettings.variable("brokers.nats.url")).isEqualTo("BROKERS_NATS_URL");
    }
}
