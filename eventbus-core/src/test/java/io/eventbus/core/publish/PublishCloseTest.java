package io.eventbus.core.publish;

import static io.eventbus.api.PublishException.Reason.UNAVAILABLE;
import static io.eventbus.core.publish.PublishPipelineTest.awaitLatch;
import static io.eventbus.core.publish.PublishPipelineTest.start;
import static io.eventbus.core.publish.PublishPipelineTest.waits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PublishCloseTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(100);

    @Test
    void aCloseWaitsForAcknowledgementsAndCallbacks() throws Exception {
        try (Rig rig = Rig.on(new ScriptedTransport()).realTime().build()) {
            rig.publish("e1", "a");
            rig.publish("e2", "a");
            AtomicInteger failed = new AtomicInteger(-1);
            AtomicInteger toldBefore = new AtomicInteger();
            Thread closer = start(() -> {
                failed.set(rig.pipeline.close(LONG));
                toldBefore.set(rig.outcomes.count());
            });
            await().until(() -> waits(closer));
            rig.transport.send(0).ack();
            rig.transport.send(1).ack();
            closer.join();
            assertThat(failed).hasValue(0);
            assertThat(toldBefore).hasValue(2);
            assertThat(rig.outcomes.acknowledged("e2")).isTrue();
        }
    }

    @Test
    void aCloseGoesOnResending() throws Exception {
        try (Rig rig = Rig.on(new ScriptedTransport()).realTime().build()) {
            rig.transport.onSend = send -> {
                if (rig.transport.sends().size() == 1) {
                    send.fail(UNAVAILABLE);
                } else {
                    send.ack();
                }
            };
            rig.publish("e1", "a");
            assertThat(rig.pipeline.close(LONG)).isZero();
            assertThat(rig.outcomes.acknowledged("e1")).isTrue();
        }
    }

    @Test
    void whatIsUnansweredWhenTimeIsUpIsToldAndCounted() {
        try (Rig rig = Rig.on(new ScriptedTransport()).realTime().build()) {
            for (int i = 0; i < 10; i++) {
                rig.publish("e" + i, "a");
            }
            assertThat(rig.pipeline.close(SHORT)).isEqualTo(10);
            rig.outcomes.assertExactlyOneEach(10);
            assertThat(rig.outcomes.errorOf("e7")).isInstanceOf(BusClosedException.class);
            assertThat(rig.transport.sentIds()).containsExactly("e0");
            rig.transport.send(0).ack();
            assertThat(rig.transport.sentIds()).containsExactly("e0");
            rig.outcomes.assertExactlyOneEach(10);
        }
    }

    @Test
    void whatPausesWhenTimeIsUpIsNotSentAgain() {
        try (Rig rig = Rig.standing()) {
            rig.publish("e1", "a");
            rig.publish("e2", "a");
            rig.transport.send(0).fail(UNAVAILABLE);
            assertThat(rig.pipeline.close(Duration.ZERO)).isEqualTo(2);
            rig.advance(Duration.ofMinutes(2));
            assertThat(rig.transport.sentIds()).containsExactly("e1");
            rig.outcomes.assertExactlyOneEach(2);
        }
    }

    @Test
    void aPublishAfterTheCloseIsToldOnACallbackThreadWhichEndsAgain() {
        try (Rig rig = Rig.standing()) {
            assertThat(rig.pipeline.close(LONG)).isZero();
            AtomicBoolean own = new AtomicBoolean();
            rig.pipeline.publish(Rig.TOPIC, Rig.event("late", null, 0), PublishOptions.DEFAULT, result -> {
                own.set(rig.pipeline.isCallbackThread());
                rig.outcomes.onResult(result);
            });
            assertThat(rig.outcomes.errorOf("late")).isInstanceOf(BusClosedException.class);
            assertThat(own).isTrue();
            assertThat(rig.transport.sends()).isEmpty();
            await().until(() -> liveCallbackThreads() == 0);
        }
    }

    @Test
    void aPublishThatWaitsForAPlaceIsToldByTheClose() throws Exception {
        try (Rig rig =
                Rig.on(new ScriptedTransport()).window(1, 1_000).realTime().build()) {
            rig.publishUnkeyed("e1");
            Thread waiting = start(() -> rig.publishUnkeyed("e2"));
            await().until(() -> waits(waiting));
            Thread closer = start(() -> rig.pipeline.close(LONG));
            assertThat(rig.outcomes.errorOf("e2")).isInstanceOf(BusClosedException.class);
            rig.transport.send(0).ack();
            waiting.join();
            closer.join();
            assertThat(rig.outcomes.acknowledged("e1")).isTrue();
        }
    }

    @Test
    void tenClosesAtOnceReturnTheSame() throws Exception {
        try (Rig rig = Rig.on(new ScriptedTransport()).realTime().build()) {
            for (int i = 0; i < 5; i++) {
                rig.publishUnkeyed("e" + i);
            }
            ConcurrentLinkedQueue<Integer> failed = new ConcurrentLinkedQueue<>();
            List<Thread> closers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                closers.add(start(() -> failed.add(rig.pipeline.close(Duration.ofMillis(500)))));
            }
            for (Thread closer : closers) {
                closer.join();
            }
            assertThat(failed).hasSize(10).containsOnly(5);
            assertThat(rig.pipeline.close(LONG)).isEqualTo(5);
            rig.outcomes.assertExactlyOneEach(5);
        }
    }

    @Test
    void aCallbackMayClose() throws Exception {
        ScriptedTransport transport = new ScriptedTransport();
        transport.onSend = ScriptedTransport.Send::ack;
        try (Rig rig = Rig.on(transport).threads(1).realTime().build()) {
            CountDownLatch published = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            rig.pipeline.publish(Rig.TOPIC, Rig.event("closes", null, 0), PublishOptions.DEFAULT, result -> {
                awaitLatch(published);
                rig.pipeline.close(LONG);
                closed.countDown();
            });
            rig.publishUnkeyed("e1");
            published.countDown();
            awaitLatch(closed);
            assertThat(rig.outcomes.acknowledged("e1")).isTrue();
        }
    }

    @Test
    void aCallbackMayCloseWhileAnotherCloseWaitsForIt() throws Exception {
        ScriptedTransport transport = new ScriptedTransport();
        transport.onSend = ScriptedTransport.Send::ack;
        try (Rig rig = Rig.on(transport).realTime().build()) {
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch mayClose = new CountDownLatch(1);
            rig.pipeline.publish(Rig.TOPIC, Rig.event("closes", null, 0), PublishOptions.DEFAULT, result -> {
                inside.countDown();
                awaitLatch(mayClose);
                rig.pipeline.close(LONG);
            });
            awaitLatch(inside);
            Thread closer = start(() -> rig.pipeline.close(LONG));
            await().until(() -> waits(closer));
            mayClose.countDown();
            closer.join(10_000);
            assertThat(closer.isAlive()).isFalse();
        }
    }

    @Test
    void aBlockedCallbackDoesNotMakeTheCloseHang() {
        ScriptedTransport transport = new ScriptedTransport();
        transport.onSend = ScriptedTransport.Send::ack;
        CountDownLatch release = new CountDownLatch(1);
        try (Rig rig = Rig.on(transport).threads(1).realTime().build()) {
            rig.pipeline.publish(
                    Rig.TOPIC, Rig.event("slow", null, 0), PublishOptions.DEFAULT, r -> awaitLatch(release));
            rig.publishUnkeyed("behind");
            assertThat(rig.pipeline.close(SHORT)).isZero();
            assertThat(rig.outcomes.has("behind")).isFalse();
            release.countDown();
            assertThat(rig.outcomes.acknowledged("behind")).isTrue();
        }
    }

    @Test
    void aPublishThatOpensATopicWhileTheCloseCutsOffIsToldOnce() throws Exception {
        ScriptedTransport transport = new ScriptedTransport();
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch mayOpen = new CountDownLatch(1);
        transport.onOpen = topic -> {
            opening.countDown();
            awaitLatch(mayOpen);
        };
        try (Rig rig = Rig.on(transport).realTime().build()) {
            Thread publisher = start(() -> rig.publishUnkeyed("e1"));
            awaitLatch(opening);
            assertThat(rig.pipeline.close(SHORT)).isEqualTo(1);
            mayOpen.countDown();
            publisher.join();
            rig.outcomes.assertExactlyOneEach(1);
            assertThat(transport.sends()).isEmpty();
            assertThat(rig.pipeline.stats().inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyPublishHasOneOutcomeWhereverTheCloseFalls(long seed) throws Exception {
        Random random = new Random(seed);
        ScriptedTransport transport = new ScriptedTransport();
        ExecutorService broker = Executors.newFixedThreadPool(2);
        try (Rig rig = Rig.on(transport).window(50, 1 << 20).realTime().build()) {
            transport.onSend = send -> {
                int dice;
                synchronized (random) {
                    dice = random.nextInt(20);
                }
                if (dice == 0) {
                    send.fail(UNAVAILABLE);
                } else if (dice == 1) {
                    return; // never answered
                } else {
                    broker.execute(send::ack);
                }
            };
            int each = 500;
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int publisher = t;
                threads.add(start(() -> {
                    for (int i = 0; i < each; i++) {
                        String id = "t" + publisher + "-" + i;
                        rig.publish(id, i % 3 == 0 ? null : "k" + (i + publisher) % 20);
                    }
                }));
            }
            int threshold = random.nextInt(60);
            await().until(() -> rig.pipeline.stats().accepted() >= Math.min(threshold, 40));
            int failed = rig.pipeline.close(Duration.ofMillis(50L + random.nextInt(200)));
            for (Thread thread : threads) {
                thread.join();
            }
            rig.outcomes.assertExactlyOneEach(4 * each);
            assertThat(rig.outcomes.inOrder().stream().filter(PublishCloseTest::wasCutOff))
                    .as("seed " + seed)
                    .hasSize(failed);
            assertThat(rig.pipeline.stats().inFlight()).isZero();
            await().until(() -> liveCallbackThreads() == 0);
        } finally {
            broker.shutdownNow();
        }
    }

    private static boolean wasCutOff(PublishResult result) {
        return result instanceof PublishResult.Failed failed
                && failed.error().getMessage().contains("before the broker");
    }

    private static long liveCallbackThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("rig-callback"))
                .count();
    }
}
