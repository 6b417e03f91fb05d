package io.eventbus.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaneLimitsTest {

    @Test
    void theLeastLimitsAreAllowed() {
        assertThat(new LaneLimits(1, 1, 0, 0).tasks()).isEqualTo(1);
        assertThat(LaneLimits.of(3, 5)).isEqualTo(new LaneLimits(3, 5, 3, 5));
    }

    @ParameterizedTest
    @CsvSource({"0,1,0,0", "1,0,0,0", "1,1,-1,0", "1,1,0,-1"})
    void whatWouldLetNothingPassIsRefused(int tasks, long bytes, int waitingTasks, long waitingBytes) {
        assertThatThrownBy(() -> new LaneLimits(tasks, bytes, waitingTasks, waitingBytes))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("the first two must be positive");
    }
}
