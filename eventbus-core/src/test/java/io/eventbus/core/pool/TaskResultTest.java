package io.eventbus.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TaskResultTest {

    @Test
    void tellsDoneFromAgain() {
        assertThat(TaskResult.done().isDone()).isTrue();
        assertThat(TaskResult.done()).hasToString("done");
        assertThat(TaskResult.again(Duration.ZERO).isDone()).isFalse();
        assertThat(TaskResult.again(Duration.ZERO)).isSameAs(TaskResult.again(Duration.ZERO));
        assertThat(TaskResult.again(Duration.ofMillis(5)).delayNanos()).isEqualTo(5_000_000);
        assertThat(TaskResult.again(Duration.ofMillis(5))).hasToString("again after PT0.005S");
    }

    @Test
    void aDelayIsNotNegativeAndNotLongerThanTheClockCanTell() {
        assertThatThrownBy(() -> TaskResult.again(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThat(TaskResult.again(Duration.ofSeconds(Long.MAX_VALUE)).delayNanos())
                .isEqualTo(Long.MAX_VALUE / 2);
        Duration shorter = Duration.ofNanos(Long.MAX_VALUE / 2 - 1);
        assertThat(TaskResult.again(shorter).delayNanos()).isEqualTo(Long.MAX_VALUE / 2 - 1);
    }
}
