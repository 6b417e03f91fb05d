package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.EventBusException;
import java.time.Duration;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

final class LoopHealthTest {

    private final RecordingSink sink = RecordingSink.holding();
    private final LoopHealth health =
            new LoopHealth(sink, "subscription g@t", KafkaConfig.builder().build());

    @Test
    void tellsCommitsThatFailAgainAndAgainUntilOneWorks() {
        health.commitFailed(new TimeoutException("late"));
        health.commitFailed(new TimeoutException("late"));
        health.committed();
        health.commitFailed(new TimeoutException("late"));
        health.commitFailed(new TimeoutException("late"));
        assertThat(sink.failures).isEmpty();

        health.commitFailed(new TimeoutException("late"));
        health.commitFailed(new TimeoutException("late"));
        assertThat(sink.failures).singleElement().returns(true, EventBusException::retriable);
        await().during(Duration.ofMillis(2_500)).atMost(Duration.ofSeconds(4)).until(() -> {
            health.look();
            return sink.recoveries.get() == 0;
        });

        health.committed();
        await().atMost(Duration.ofSeconds(5)).until(() -> {
            health.look();
            return sink.recoveries.get() == 1;
        });
    }
}
