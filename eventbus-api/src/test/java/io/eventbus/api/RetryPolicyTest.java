package io.eventbus.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private final RetryPolicy policy = RetryPolicy.DEFAULT
            .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(1))
            .withJitter(0.2);

    @Test
    void theBackOffDoublesUpToItsLimit() {
        assertThat(policy.backoffAfter(1, 0.5)).isEqualTo(Duration.ofMillis(100));
        assertThat(policy.backoffAfter(2, 0.5)).isEqualTo(Duration.ofMillis(200));
        assertThat(policy.backoffAfter(5, 0.5)).isEqualTo(Duration.ofSeconds(1));
        assertThat(policy.backoffAfter(10_000, 0.5)).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void theJitterIsAShareInEitherDirection() {
        assertThat(policy.backoffAfter(1, 0)).isEqualTo(Duration.ofMillis(80));
        assertThat(policy.backoffAfter(1, 0.999999)).isBetween(Duration.ofMillis(119), Duration.ofMillis(120));
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThatThrownBy(() -> policy.withMaxAttempts(-1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> policy.withJitter(1.1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> policy.withBackoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageContaining("maxBackoff");
    }
}
