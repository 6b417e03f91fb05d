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

    @Test
    void theEndsOfItsRangesAreLegalAndWhatIsBeyondIsNot() {
        Duration year = Duration.ofDays(365);
        RetryPolicy widest = new RetryPolicy(0, Duration.ZERO, year, 100, 1, failure -> true);
        assertThat(widest.withMaxAttempts(3).maxAttempts()).isEqualTo(3);
        assertThat(widest.withTerminal(failure -> false).terminal().test(new Exception()))
                .isFalse();
        assertThat(new RetryPolicy(1, year, year, 1, 0, failure -> true).multiplier())
                .isEqualTo(1);
        assertThat(RetryPolicy.DEFAULT.terminal().test(new Exception())).isFalse();
        assertThat(RetryPolicy.NEVER.terminal().test(new Exception())).isFalse();
        assertRefused(() -> new RetryPolicy(1, Duration.ofMillis(-1), year, 1, 0, failure -> true));
        assertRefused(() -> new RetryPolicy(1, year, year.plusNanos(1), 1, 0, failure -> true));
        assertRefused(() -> new RetryPolicy(1, year, year, 100.1, 0, failure -> true));
        assertRefused(() -> new RetryPolicy(1, year, year, 0.9, 0, failure -> true));
        assertRefused(() -> widest.withJitter(1.1));
        assertRefused(() -> widest.withJitter(-0.1));
    }

    private static void assertRefused(Runnable action) {
        assertThatThrownBy(action::run).isInstanceOf(InvalidInputException.class);
    }
}
