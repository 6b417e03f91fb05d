package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SlotTableTest {

    @Test
    void theValueGoesToTheFirstWhoSettles() {
        SlotTable<String> table = new SlotTable<>(4);
        long token = table.claim("a", 10);
        assertThat(table.settle(token)).isEqualTo("a");
        assertThat(table.settle(token)).isNull();
        assertThat(table.used()).isZero();
    }

    @Test
    void aLateAnswerToAnEarlierUseFindsNothing() {
        SlotTable<String> table = new SlotTable<>(1);
        long first = table.claim("a", 10);
        table.settle(first);
        long second = table.claim("b", 10);
        assertThat(second).isNotEqualTo(first);
        assertThat(table.settle(first)).isNull();
        assertThat(table.settle(second)).isEqualTo("b");
    }

    @Test
    void aFullTableGivesNoTokenAndForeignTokensAreNothing() {
        SlotTable<String> table = new SlotTable<>(2);
        table.claim("a", 10);
        table.claim("b", 10);
        assertThat(table.claim("c", 10)).isNegative();
        assertThat(table.settle(-5)).isNull();
        assertThat(table.settle(Long.MAX_VALUE)).isNull();
    }

    @Test
    void onlyWhatIsOverdueExpires() {
        SlotTable<String> table = new SlotTable<>(8);
        long soon = table.claim("soon", 100);
        table.claim("late", 200);
        List<Long> expired = new ArrayList<>();
        table.forEachExpired(150, expired::add);
        assertThat(expired).containsExactly(soon);
    }

    @Test
    void manyThreadsSettleEverythingOnce() throws Exception {
        SlotTable<Integer> table = new SlotTable<>(64);
        LinkedBlockingQueue<Long> tokens = new LinkedBlockingQueue<>();
        AtomicInteger settled = new AtomicInteger();
        int each = 20_000;
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch claimed = new CountDownLatch(2);
        List<Future<?>> work = new ArrayList<>();
        for (int t = 0; t < 2; t++) {
            work.add(threads.submit(() -> {
                for (int i = 0; i < each; i++) {
                    long token = table.claim(i, 0);
                    while (token < 0) {
                        Thread.onSpinWait();
                        token = table.claim(i, 0);
                    }
                    tokens.add(token);
                }
                claimed.countDown();
            }));
            work.add(threads.submit(() -> {
                while (settled.get() < 2 * each) {
                    Long token = tokens.poll(1, TimeUnit.MILLISECONDS);
                    if (token != null && table.settle(token) != null) {
                        settled.incrementAndGet();
                    }
                }
                return null;
            }));
        }
        for (Future<?> future : work) {
            future.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();
        assertThat(settled).hasValue(2 * each);
        assertThat(table.used()).isZero();
    }
}
