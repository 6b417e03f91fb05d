package io.eventbus.core.publish;

import static io.eventbus.api.PublishException.Reason.TIMEOUT;
import static io.eventbus.api.PublishException.Reason.WINDOW_FULL;
import static io.eventbus.core.publish.PublishPipelineTest.awaitLatch;
import static io.eventbus.core.publish.PublishPipelineTest.start;
import static io.eventbus.core.publish.PublishPipelineTest.waits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.PublishOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PublishBackPressureTest {

    @Test
    void aFullWindowFailsAtOnceIfToldSo() {
        try (Rig rig =
                Rig.on(new ScriptedTransport()).window(2, 1_000).failWhenFull().build()) {
            rig.publishUnkeyed("e1");
            rig.publishUnkeyed("e2");
            rig.publishUnkeyed("e3");
            assertThat(rig.outcomes.reasonOf("e3")).isEqualTo(WINDOW_FULL);
            rig.transport.send(0).ack();
            rig.publishUnkeyed("e4");
            assertThat(rig.transport.sentIds()).containsExactly("e1", "e2", "e4");
        }
    }

    @Test
    void bytesAreALimitTooAndALargerMessageIsLetInAlone() {
        try (Rig rig =
                Rig.on(new ScriptedTransport()).window(10, 100).failWhenFull().build()) {
            rig.publishSized("e1", 60);
            rig.publishSized("e2", 41);
            assertThat(rig.outcomes.reasonOf("e2")).isEqualTo(WINDOW_FULL);
            rig.publishSized("e3", 40);
            rig.publishSized("large", 500);
            assertThat(rig.outcomes.reasonOf("large")).isEqualTo(WINDOW_FULL);
            rig.transport.send(0).ack();
            rig.transport.send(1).ack();
            rig.publishSized("large2", 500);
            rig.publishSized("e4", 0);
            assertThat(rig.outcomes.reasonOf("e4")).isEqualTo(WINDOW_FULL);
            assertThat(rig.transport.sentIds()).containsExactly("e1", "e3", "large2");
        }
    }

    @Test
    void aPublishWaitsForAPlaceAndGetsItWithTheAcknowledgement() throws Exception {
        try (Rig rig =
                Rig.on(new ScriptedTransport()).window(1, 1_000).realTime().build()) {
            rig.publishUnkeyed("e1");
            Thread waiting = start(() -> rig.publishUnkeyed("e2"));
            await().until(() -> waits(waiting));
            assertThat(rig.transport.sentIds()).containsExactly("e1");
            rig.transport.send(0).ack();
            waiting.join();
            assertThat(rig.transport.sentIds()).containsExactly("e1", "e2");
        }
    }

    @Test
    void theWaitForAPlaceEnds() {
        try (Rig rig = Rig.on(new ScriptedTransport())
                .window(1, 1_000)
                .maxBlock(Duration.ofMillis(50))
                .realTime()
                .build()) {
            rig.publishUnkeyed("e1");
            rig.publishUnkeyed("e2");
            assertThat(rig.outcomes.reasonOf("e2")).isEqualTo(WINDOW_FULL);
            assertThat(rig.pipeline.stats().inFlight()).isEqualTo(1);
        }
    }

    @Test
    void anOwnDeadlineEndsTheWaitForAPlace() {
        try (Rig rig =
                Rig.on(new ScriptedTransport()).window(1, 1_000).realTime().build()) {
            rig.publishUnkeyed("e1");
            rig.publishWithin("e2", null, Duration.ofMillis(50));
            assertThat(rig.outcomes.reasonOf("e2")).isIn(WINDOW_FULL, TIMEOUT);
            rig.transport.send(0).ack();
            assertThat(rig.pipeline.stats().inFlight()).isZero();
            rig.publishUnkeyed("e3");
            assertThat(rig.transport.sentIds()).containsExactly("e1", "e3");
        }
    }

    @Test
    void whatLostItsPlaceWithItsDeadlineButStaysBehindAnUnansweredSendIsBoundedToo() {
        try (Rig rig =
                Rig.on(new ScriptedTransport()).window(4, 10_000).failWhenFull().build()) {
            rig.publish("head", "hot");
            int accepted = 0;
            for (int i = 0; i < 20; i++) {
                rig.publishWithin("e" + i, "hot", Duration.ofMillis(10));
                rig.advance(Duration.ofMillis(20));
                accepted += rig.outcomes.reasonOf("e" + i) == TIMEOUT ? 1 : 0;
            }
            assertThat(accepted).isEqualTo(5);
            assertThat(rig.outcomes.reasonOf("e19")).isEqualTo(WINDOW_FULL);
            rig.transport.send(0).ack();
            rig.publish("next", "hot");
            assertThat(rig.transport.sentIds()).containsExactly("head", "next");
        }
    }

    @Test
    void anInterruptEndsTheWaitAndStaysSet() throws Exception {
        try (Rig rig =
                Rig.on(new ScriptedTransport()).window(1, 1_000).realTime().build()) {
            rig.publishUnkeyed("e1");
            AtomicInteger flag = new AtomicInteger();
            Thread waiting = start(() -> {
                rig.publishUnkeyed("e2");
                flag.set(Thread.currentThread().isInterrupted() ? 1 : 2);
            });
            await().until(() -> waits(waiting));
            waiting.interrupt();
            waiting.join();
            assertThat(flag).hasValue(1);
            assertThat(rig.outcomes.reasonOf("e2")).isEqualTo(WINDOW_FULL);
        }
    }

    @Test
    void theLimitsAreNeverExceeded() throws Exception {
        ScriptedTransport transport = new ScriptedTransport();
        ExecutorService broker = Executors.newFixedThreadPool(2);
        AtomicInteger messages = new AtomicInteger();
        AtomicLong bytes = new AtomicLong();
        AtomicInteger mostMessages = new AtomicInteger();
        AtomicLong mostBytes = new AtomicLong();
        try (Rig rig = Rig.on(transport).window(20, 2_000).realTime().threads(2).build()) {
            transport.onSend = send -> {
                int size = send.message.size();
                mostMessages.accumulateAndGet(messages.incrementAndGet(), Math::max);
                long held = bytes.addAndGet(size);
                if (size <= 2_000) {
                    mostBytes.accumulateAndGet(held, Math::max);
                }
                broker.execute(() -> {
                    messages.decrementAndGet();
                    bytes.addAndGet(-size);
                    send.ack();
                });
            };
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 6; t++) {
                int publisher = t;
                threads.add(start(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        rig.publishSized("t" + publisher + "-" + i, (i * 37 + publisher * 101) % 1_000);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            rig.outcomes.assertExactlyOneEach(6_000);
            assertThat(rig.pipeline.stats().acknowledged()).isEqualTo(6_000);
            assertThat(mostMessages.get()).isBetween(2, 20);
            assertThat(mostBytes.get()).isLessThanOrEqualTo(2_000);
            assertThat(rig.pipeline.stats().inFlight()).isZero();
            assertThat(rig.pipeline.stats().inFlightBytes()).isZero();
        } finally {
            broker.shutdownNow();
        }
    }

    @Test
    void outcomesThatPileUpBeforeBlockedCallbacksStopPublishers() throws Exception {
        ScriptedTransport transport = new ScriptedTransport();
        transport.onSend = ScriptedTransport.Send::ack;
        CountDownLatch release = new CountDownLatch(1);
        try (Rig rig = Rig.on(transport).window(5, 1_000).realTime().build()) {
            AtomicInteger told = new AtomicInteger();
            AtomicInteger published = new AtomicInteger();
            Thread publisher = start(() -> {
                for (int i = 0; i < 100; i++) {
                    rig.pipeline.publish(Rig.TOPIC, Rig.event("e" + i, null, 0), PublishOptions.DEFAULT, result -> {
                        awaitLatch(release);
                        told.incrementAndGet();
                    });
                    published.incrementAndGet();
                }
            });
            await().until(() -> published.get() == 6 && waits(publisher));
            assertThat(rig.pipeline.stats().pendingResults()).isEqualTo(6);
            release.countDown();
            publisher.join();
            await().until(() -> told.get() == 100);
        }
    }

    @Test
    void refusalsThatPileUpStopPublishersTooEvenIfAFullWindowFails() throws Exception {
        ScriptedTransport transport = new ScriptedTransport();
        CountDownLatch release = new CountDownLatch(1);
        try (Rig rig =
                Rig.on(transport).window(5, 1_000).failWhenFull().realTime().build()) {
            AtomicInteger told = new AtomicInteger();
            AtomicInteger published = new AtomicInteger();
            Thread publisher = start(() -> {
                for (int i = 0; i < 100; i++) {
                    rig.pipeline.publish(Rig.TOPIC, Rig.event("e" + i, null, 5_000), PublishOptions.DEFAULT, r -> {
                        awaitLatch(release);
                        told.incrementAndGet();
                    });
                    published.incrementAndGet();
                }
            });
            await().until(() -> published.get() == 11 && waits(publisher));
            release.countDown();
            publisher.join();
            await().until(() -> told.get() == 100);
        }
    }

    @Test
    void callbacksMayPublishIntoAFullWindow() {
        ScriptedTransport transport = new ScriptedTransport();
        ExecutorService broker = Executors.newSingleThreadExecutor();
        transport.onSend = send -> broker.execute(send::ack);
        try (Rig rig = Rig.on(transport).window(2, 1_000).threads(1).realTime().build()) {
            int each = 200;
            for (int i = 0; i < each; i++) {
                String id = "e" + i;
                rig.pipeline.publish(Rig.TOPIC, Rig.event(id, null, 0), PublishOptions.DEFAULT, result -> {
                    rig.outcomes.onResult(result);
                    rig.publishUnkeyed(id + "-next");
                    rig.publishUnkeyed(id + "-last");
                });
            }
            rig.outcomes.assertExactlyOneEach(3 * each);
            assertThat(rig.pipeline.stats().acknowledged()).isEqualTo(3L * each);
        } finally {
            broker.shutdownNow();
        }
    }

    @Test
    void aLargeMessageIsNotOvertakenForEver() throws Exception {
        PublishWindow window = new PublishWindow(10, 100);
        assertThat(window.take(60, false, 0)).isEqualTo(PublishWindow.Entry.TAKEN);
        Thread large = start(() -> window.take(100, false, Long.MAX_VALUE));
        await().until(() -> waits(large));
        assertThat(window.take(1, false, 0)).isEqualTo(PublishWindow.Entry.FULL);
        assertThat(window.take(1, true, 0)).isEqualTo(PublishWindow.Entry.TAKEN);
        window.give(1);
        window.give(60);
        large.join();
        assertThat(window.bytes()).isEqualTo(100);
    }

    @Test
    void aLargeWaiterThatLeavesLetsOthersIn() throws Exception {
        PublishWindow window = new PublishWindow(10, 100);
        window.take(60, false, 0);
        Thread large = start(() -> window.take(100, false, Long.MAX_VALUE));
        await().until(() -> waits(large));
        Thread small = start(() -> window.take(10, false, Long.MAX_VALUE));
        await().until(() -> waits(small));
        large.interrupt();
        large.join();
        small.join();
        assertThat(window.bytes()).isEqualTo(70);
    }
}
