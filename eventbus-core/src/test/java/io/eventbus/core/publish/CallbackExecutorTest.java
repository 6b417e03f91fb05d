package io.eventbus.core.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallbackExecutorTest {

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final AtomicInteger ran = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void aTaskWhoseThreadIsRefusedRunsOnceTheSystemGivesOneAgain() {
        CallbackExecutor executor = new CallbackExecutor("test", 2, timer, refusing(3));
        executor.execute(ran::incrementAndGet);
        assertThat(ran).hasValue(0);
        await().until(() -> ran.get() == 1);
        assertThat(refusals).hasValue(3);
        assertThat(executor.close(TimeUnit.SECONDS.toNanos(10))).isTrue();
    }

    @Test
    void aFurtherTaskAsksAgainAtOnce() {
        CallbackExecutor executor = new CallbackExecutor("test", 1, timer, refusing(1));
        timer.shutdownNow();
        executor.execute(ran::incrementAndGet);
        executor.execute(ran::incrementAndGet);
        await().until(() -> ran.get() == 2);
        assertThat(executor.close(TimeUnit.SECONDS.toNanos(10))).isTrue();
    }

    @Test
    void aRefusedThreadBesideThoseAtWorkStopsNothing() {
        AtomicInteger starts = new AtomicInteger();
        CallbackExecutor executor = new CallbackExecutor("test", 4, timer, thread -> {
            if (starts.incrementAndGet() > 1) {
                refusals.incrementAndGet();
                throw new OutOfMemoryError("unable to create native thread");
            }
            thread.start();
        });
        executor.execute(() -> await().until(() -> refusals.get() > 0));
        for (int i = 0; i < 100; i++) {
            executor.execute(ran::incrementAndGet);
        }
        await().until(() -> ran.get() == 100);
        assertThat(executor.close(TimeUnit.SECONDS.toNanos(10))).isTrue();
    }

    private Consumer<Thread> refusing(int times) {
        return thread -> {
            if (refusals.get() < times) {
                refusals.incrementAndGet();
                throw new OutOfMemoryError("unable to create native thread");
            }
            thread.start();
        };
    }
}
