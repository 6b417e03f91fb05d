package io.eventbus.core.pool;

import static io.eventbus.core.pool.Tasks.LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GlobalWorkerPoolTest {

    private GlobalWorkerPool pool = GlobalWorkerPool.builder().workers(1).build();

    @AfterEach
    void close() {
        pool.close(Duration.ZERO);
    }

    @Test
    void saturatedShareDoesNotStarveTheOthers() {
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        GlobalShare busy = pool.open("busy", 0);
        GlobalShare second = pool.open("second", 0);
        GlobalShare third = pool.open("third", 0);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        busy.submit(Tasks.gated(started, gate));
        Tasks.await(started);
        for (int i = 0; i < 10_000; i++) {
            busy.submit(Tasks.of(() -> log.add("busy")));
        }
        for (int i = 0; i < 10; i++) {
            second.submit(Tasks.of(() -> log.add("second")));
            third.submit(Tasks.of(() -> log.add("third")));
        }
        gate.countDown();
        await().atMost(LONG).until(() -> busy.queued() == 0);
        assertThat(log).hasSize(10_020);
        assertThat(Collections.frequency(log.subList(0, 30), "busy")).isEqualTo(10);
        assertThat(Collections.frequency(log.subList(0, 30), "second")).isEqualTo(10);
    }

    @Test
    void capacityIsDividedAndSubmitGoesBeyondIt() {
        pool = GlobalWorkerPool.builder().workers(1).queueCapacity(4).build();
        AtomicInteger told = new AtomicInteger();
        GlobalShare share = pool.open("one", 0, told::incrementAndGet);
        assertThat(share.room()).isEqualTo(4);
        GlobalShare other = pool.open("two", 0);
        assertThat(share.room()).isEqualTo(2);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        assertThat(share.tryOffer(Tasks.gated(started, gate))).isTrue();
        assertThat(share.tryOffer(Tasks.of(() -> {}))).isTrue();
        assertThat(share.tryOffer(Tasks.of(() -> {}))).isFalse();
        assertThat(share.submit(Tasks.of(() -> {}))).isTrue();
        assertThat(share.room()).isZero();
        assertThat(share.hasRoom()).isFalse();
        assertThat(other.room()).as("not used up by the first").isEqualTo(2);
        assertThat(told).hasValue(0);
        other.close();
        assertThat(share.room()).isEqualTo(1);
        assertThat(told).hasValue(1);
        gate.countDown();
        await().atMost(LONG).until(() -> share.queued() == 0 && share.room() == 4);
    }

    @Test
    void capacityIsAHundredPerWorkerByDefault() {
        assertThat(GlobalWorkerPool.builder().workers(3).build().queueCapacity())
                .isEqualTo(300);
        assertThat(GlobalWorkerPool.builder().build().workers())
                .isEqualTo(Runtime.getRuntime().availableProcessors() * 2);
        assertThatThrownBy(() -> GlobalWorkerPool.builder().queueCapacity(-1).build())
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void backoffHoldsNoWorkerAndNoPlace() {
        pool = GlobalWorkerPool.builder().workers(1).queueCapacity(2).build();
        GlobalShare share = pool.open("one", 0);
        AtomicInteger attempts = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            share.tryOffer(
                    () -> attempts.incrementAndGet() <= 2 ? TaskResult.again(Duration.ofDays(1)) : TaskResult.done());
        }
        await().atMost(LONG).until(() -> share.waiting() == 2);
        assertThat(share.room()).isEqualTo(2);
        CountDownLatch ran = new CountDownLatch(1);
        assertThat(share.tryOffer(Tasks.of(ran::countDown))).isTrue();
        Tasks.await(ran);
        share.wakeAll();
        await().atMost(LONG).until(() -> share.queued() == 0);
        assertThat(attempts).hasValue(4);
        assertThat(share.waiting()).isZero();
    }

    @Test
    void backoffEndsByItself() {
        GlobalShare share = pool.open("one", 0);
        AtomicInteger attempts = new AtomicInteger();
        long start = System.nanoTime();
        share.submit(
                () -> attempts.incrementAndGet() < 4 ? TaskResult.again(Duration.ofMillis(10)) : TaskResult.done());
        await().atMost(LONG).until(() -> share.queued() == 0);
        assertThat(attempts).hasValue(4);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(30));
    }

    @Test
    void maxConcurrencyBoundsAShareAndHoldsNoWorker() {
        pool = GlobalWorkerPool.builder().workers(4).build();
        GlobalShare limited = pool.open("limited", 3);
        GlobalShare other = pool.open("other", 0);
        CountDownLatch started = new CountDownLatch(3);
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            limited.submit(Tasks.of(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                started.countDown();
                Tasks.await(gate);
                running.decrementAndGet();
            }));
        }
        Tasks.await(started);
        CountDownLatch ran = new CountDownLatch(10);
        for (int i = 0; i < 10; i++) {
            other.submit(Tasks.of(ran::countDown));
        }
        Tasks.await(ran);
        gate.countDown();
        await().atMost(LONG).until(() -> limited.queued() == 0);
        assertThat(most).hasValue(3);
    }

    @Test
    void closeDrainsAndRefuses() {
        GlobalShare share = pool.open("one", 0);
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 1000; i++) {
            share.submit(Tasks.of(ran::incrementAndGet));
        }
        assertThat(pool.close(LONG)).isTrue();
        assertThat(ran).hasValue(1000);
        assertThat(share.submit(Tasks.of(ran::incrementAndGet))).isFalse();
        assertThat(share.tryOffer(Tasks.of(ran::incrementAndGet))).isFalse();
        assertThat(share.queued()).isZero();
    }

    @Test
    void closeThatTimesOutRejectsWhatDoesNotRun() {
        GlobalShare share = pool.open("one", 0);
        AtomicInteger rejected = new AtomicInteger();
        CountDownLatch started = new CountDownLatch(1);
        share.submit(Tasks.of(() -> TaskResult.again(Duration.ofDays(1)), rejected::incrementAndGet));
        await().atMost(LONG).until(() -> share.waiting() == 1);
        share.submit(Tasks.of(
                () -> {
                    started.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return TaskResult.again(Duration.ofMillis(1));
                },
                rejected::incrementAndGet));
        Tasks.await(started);
        share.submit(Tasks.of(TaskResult::done, rejected::incrementAndGet));
        assertThat(pool.close(Duration.ofMillis(50))).isFalse();
        await().atMost(LONG).until(() -> share.queued() == 0);
        assertThat(rejected).hasValue(3);
        await().atMost(LONG).until(() -> pool.liveWorkers() == 0);
    }
}
