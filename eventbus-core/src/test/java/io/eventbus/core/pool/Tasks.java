package io.eventbus.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Tasks that tests run. */
final class Tasks {

    static final Duration LONG = Duration.ofSeconds(30);

    private Tasks() {}

    static PooledTask of(Runnable body) {
        return () -> {
            body.run();
            return TaskResult.done();
        };
    }

    static PooledTask of(Supplier<TaskResult> body, Runnable rejected) {
        return new PooledTask() {
            @Override
            public TaskResult run() {
                return body.get();
            }

            @Override
            public void rejected() {
                rejected.run();
            }
        };
    }

    /** A task that tells that it has started and then waits for the gate. */
    static PooledTask gated(CountDownLatch started, CountDownLatch gate) {
        return of(() -> {
            started.countDown();
            await(gate);
        });
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toMillis(), TimeUnit.MILLISECONDS))
                    .as("the latch opened in time")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a latch", e);
        }
    }
}
