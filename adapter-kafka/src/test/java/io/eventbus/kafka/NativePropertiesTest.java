package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativePropertiesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl.key.password",
                "sasl.jaas.config",
                "sasl.oauthbearer.client.credentials.client.secret",
                "ssl.keystore.key",
                "SSL.TRUSTSTORE.PASSWORD"
            })
    void aValueThatOpensDoorsIsNeverShown(String name) {
        assertThat(NativeProperties.isSecret(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssl.keystore.location", "linger.ms", "key.size", "client.id"})
    void otherValuesAreShown(String name) {
        assertThat(NativeProperties.isSecret(name)).isFalse();
    }

    /** The default grace is long enough for the least interval to be above Kafka's own default only if it is configured so. */
    @Test
    void thePollIntervalMustLeaveRoomForTheGraceOfARevocationTwice() {
        long least = 2 * KafkaConfig.builder().build().consuming().revokeGrace().toMillis() + 10_000;
        assertThatCode(() -> interval(Long.toString(least))).doesNotThrowAnyException();
        assertThatThrownBy(() -> interval(Long.toString(least - 1)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("below " + least);
        assertThatThrownBy(() -> interval("soon"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("expected a whole number");
    }

    private static void interval(String value) {
        KafkaConfig.builder().nativeProperty("max.poll.interval.ms", value).build();
    }
}
