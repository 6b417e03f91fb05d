package io.eventbus.core.publish;

import static io.eventbus.api.PublishException.Reason.REJECTED;
import static io.eventbus.api.PublishException.Reason.TIMEOUT;
import static io.eventbus.api.PublishException.Reason.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.PublishException;
import io.eventbus.api.PublishOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PublishOrderTest {

    @Test
    void oneEventOfAnAggregateIsInFlightWhileOthersFlow() {
        try (Rig rig = Rig.standing()) {
            rig.publish("a1", "a");
            rig.publish("a2", "a");
            rig.publish("a3", "a");
            rig.publish("b1", "b");
            rig.publishUnkeyed("u1");
            rig.publishUnkeyed("u2");
            assertThat(rig.transport.sentIds()).containsExactly("a1", "b1", "u1", "u2");
            rig.transport.send(0).ack();
            assertThat(rig.transport.sentIds()).containsExactly("a1", "b1", "u1", "u2", "a2");
            rig.transport.send(4).ack();
            assertThat(rig.transport.sentIds()).endsWith("a2", "a3");
        }
    }

    @Test
    void theBulkOptionIsNotHeldBack() {
        try (Rig rig = Rig.standing()) {
            rig.publish("a1", "a", PublishOptions.BULK);
            rig.publish("a2", "a", PublishOptions.BULK);
            assertThat(rig.transport.sentIds()).containsExactly("a1", "a2");
        }
    }

    @Test
    void theAggregateWaitsWhileItsEventIsSentAgain() {
        try (Rig rig = Rig.standing()) {
            rig.publish("a1", "a");
            rig.publish("a2", "a");
            rig.transport.send(0).fail(UNAVAILABLE);
            rig.advance(Duration.ofMillis(49));
            assertThat(rig.transport.sentIds()).containsExactly("a1");
            rig.advance(Duration.ofMillis(1));
            assertThat(rig.transport.sentIds()).containsExactly("a1", "a1");
            rig.transport.send(1).ack();
            assertThat(rig.transport.sentIds()).containsExactly("a1", "a1", "a2");
        }
    }

    @Test
    void afterAFinalFailureTheNextIsSent() {
        try (Rig rig = Rig.standing()) {
            rig.publish("a1", "a");
            rig.publish("a2", "a");
            rig.transport.send(0).fail(REJECTED);
            assertThat(rig.transport.sentIds()).containsExactly("a1", "a2");
        }
    }

    @Test
    void anEventWhoseDeadlinePassesInTheLaneIsToldAndSkipped() {
        try (Rig rig = Rig.standing()) {
            rig.publish("a1", "a");
            rig.publishWithin("a2", "a", Duration.ofMillis(100));
            rig.publish("a3", "a");
            rig.advance(Duration.ofMillis(100));
            assertThat(rig.outcomes.reasonOf("a2")).isEqualTo(TIMEOUT);
            assertThat(rig.pipeline.stats().inFlight()).isEqualTo(2);
            rig.transport.send(0).ack();
            assertThat(rig.transport.sentIds()).containsExactly("a1", "a3");
        }
    }

    @Test
    void anUnansweredEventKeepsItsLaneAfterItsDeadlineUntilTheAnswer() {
        try (Rig rig = Rig.standing()) {
            rig.publishWithin("a1", "a", Duration.ofSeconds(1));
            rig.publish("a2", "a");
            rig.advance(Duration.ofSeconds(2));
            assertThat(rig.outcomes.reasonOf("a1")).isEqualTo(TIMEOUT);
            assertThat(rig.transport.sentIds()).containsExactly("a1");
            rig.transport.send(0).fail(UNAVAILABLE);
            assertThat(rig.transport.sentIds()).containsExactly("a1", "a2");
            rig.transport.send(1).ack();
            rig.outcomes.assertExactlyOneEach(2);
        }
    }

    @Test
    void aLaneGoesOnWithoutTheAnswerAfterAGrace() {
        try (Rig rig = Rig.standing()) {
            rig.publishWithin("a1", "a", Duration.ofSeconds(1));
            rig.advance(Duration.ofSeconds(29));
            rig.publish("a2", "a");
            rig.advance(Duration.ofMillis(1_999));
            assertThat(rig.transport.sentIds()).containsExactly("a1");
            rig.advance(Duration.ofMillis(1));
            assertThat(rig.transport.sentIds()).containsExactly("a1", "a2");
            rig.transport.send(0).ack();
            rig.transport.send(1).ack();
            assertThat(rig.outcomes.acknowledged("a2")).isTrue();
            rig.outcomes.assertExactlyOneEach(2);
        }
    }

    @Test
    void anEventThatExpiresInItsPauseLetsTheLaneGoOnAtOnce() {
        try (Rig rig = Rig.standing()) {
            rig.publishWithin("a1", "a", Duration.ofMillis(30));
            rig.publish("a2", "a");
            rig.transport.send(0).fail(UNAVAILABLE);
            rig.advance(Duration.ofMillis(30));
            assertThat(rig.outcomes.reasonOf("a1")).isEqualTo(TIMEOUT);
            assertThat(rig.transport.sentIds()).containsExactly("a1", "a2");
        }
    }

    @Test
    void aDeepLaneIsWorkedOffByATransportThatAcknowledgesAtOnce() {
        try (Rig rig = Rig.standing()) {
            for (int i = 0; i < 10_000; i++) {
                rig.publish("e" + i, "a");
            }
            assertThat(rig.transport.sends()).hasSize(1);
            rig.transport.onSend = ScriptedTransport.Send::ack;
            rig.transport.send(0).ack();
            rig.outcomes.assertExactlyOneEach(10_000);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                expected.add("e" + i);
            }
            assertThat(rig.transport.sentIds()).isEqualTo(expected);
        }
    }

    @Test
    void aDeepLaneIsWorkedOffByATransportThatFailsAtOnce() {
        try (Rig rig = Rig.standing()) {
            for (int i = 0; i < 10_000; i++) {
                rig.publish("e" + i, "a");
            }
            rig.transport.onSend = send -> send.fail(REJECTED);
            rig.transport.send(0).fail(REJECTED);
            rig.outcomes.assertExactlyOneEach(10_000);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noInversionAndNoLossUnderRandomFailuresWithAStandingClock(long seed) {
        Random random = new Random(seed);
        ScriptedTransport transport = new ScriptedTransport();
        Map<String, List<Integer>> stored = new HashMap<>();
        List<ScriptedTransport.Send> open = new ArrayList<>();
        try (Rig rig = Rig.on(transport).window(200, 1 << 20).build()) {
            transport.onSend = send -> {
                switch (random.nextInt(4)) {
                    case 0 -> store(stored, send).ack();
                    case 1 -> send.fail(UNAVAILABLE);
                    default -> open.add(send);
                }
            };
            int[] next = new int[7];
            int published = 0;
            while (published < 3_000) {
                if (rig.pipeline.stats().inFlight() < 150 && random.nextInt(3) > 0) {
                    int key = random.nextInt(next.length);
                    rig.publish("k" + key + "-" + next[key]++, "k" + key);
                    published++;
                } else {
                    step(rig, random, stored, open);
                }
            }
            while (rig.outcomes.count() < published) {
                step(rig, random, stored, open);
                if (open.isEmpty()) {
                    rig.advance(Duration.ofSeconds(1));
                    Thread.onSpinWait();
                }
            }
            rig.outcomes.assertExactlyOneEach(published);
            assertInOrder(stored, seed);
            rig.outcomes.inOrder().forEach(result -> {
                if (rig.outcomes.acknowledged(result.eventId())) {
                    String[] parts = result.eventId().split("-");
                    assertThat(stored.get(parts[0])).contains(Integer.valueOf(parts[1]));
                }
            });
        }
    }

    /** Answers an open send, or lets time pass; a send that fails may have been stored. */
    private static void step(
            Rig rig, Random random, Map<String, List<Integer>> stored, List<ScriptedTransport.Send> open) {
        if (open.isEmpty() || random.nextInt(4) == 0) {
            rig.advance(Duration.ofMillis(random.nextInt(200)));
            return;
        }
        ScriptedTransport.Send send = open.remove(random.nextInt(open.size()));
        switch (random.nextInt(3)) {
            case 0 -> send.fail(random.nextBoolean() ? TIMEOUT : PublishException.Reason.DISCONNECTED);
            case 1 -> store(stored, send).fail(TIMEOUT);
            default -> store(stored, send).ack();
        }
    }

    private static ScriptedTransport.Send store(Map<String, List<Integer>> stored, ScriptedTransport.Send send) {
        String[] parts = send.id().split("-");
        stored.computeIfAbsent(parts[0], key -> new ArrayList<>()).add(Integer.valueOf(parts[1]));
        return send;
    }

    private static void assertInOrder(Map<String, List<Integer>> stored, long seed) {
        stored.forEach((key, numbers) -> {
            Set<Integer> firsts = new LinkedHashSet<>(numbers); // the broker drops what it has
            assertThat(new ArrayList<>(firsts)).as("seed " + seed + " " + key).isSorted();
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void noInversionWithManyThreads(long seed) throws Exception {
        ScriptedTransport transport = new ScriptedTransport();
        Map<String, List<Integer>> stored = new ConcurrentHashMap<>();
        Map<String, AtomicInteger> inFlight = new ConcurrentHashMap<>();
        AtomicInteger overlaps = new AtomicInteger();
        ExecutorService broker = Executors.newFixedThreadPool(3);
        int publishers = 4;
        int each = 2_000;
        try (Rig rig = Rig.on(transport).realTime().window(500, 1 << 20).build()) {
            Random random = new Random(seed);
            transport.onSend = send -> {
                AtomicInteger sends = inFlight.computeIfAbsent(send.message.key(), key -> new AtomicInteger());
                if (sends.incrementAndGet() != 1) {
                    overlaps.incrementAndGet();
                }
                int dice;
                synchronized (random) {
                    dice = random.nextInt(100);
                }
                Runnable answer = () -> {
                    sends.decrementAndGet();
                    if (dice == 0) {
                        send.fail(UNAVAILABLE);
                        return;
                    }
                    synchronized (stored) {
                        store(stored, send);
                    }
                    send.ack();
                };
                if (dice % 5 == 1) {
                    answer.run();
                } else {
                    broker.execute(answer);
                }
            };
            List<Thread> threads = new ArrayList<>();
            for (int p = 0; p < publishers; p++) {
                int publisher = p;
                threads.add(PublishPipelineTest.start(() -> {
                    for (int i = 0; i < each; i++) {
                        String key = "p" + publisher + "k" + i % 5;
                        rig.publish(key + "-" + i, key);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            rig.outcomes.assertExactlyOneEach(publishers * each);
            assertThat(rig.pipeline.stats().acknowledged()).isEqualTo((long) publishers * each);
            assertThat(overlaps).hasValue(0);
            assertThat(stored.values().stream().mapToInt(List::size).sum()).isEqualTo(publishers * each);
            assertInOrder(stored, seed);
        } finally {
            broker.shutdownNow();
        }
    }

    @Test
    void anOutcomeBeforeSendReturnsLeavesTheLaneToTheSender() throws Exception {
        ScriptedTransport transport = new ScriptedTransport();
        CountDownLatch mayReturn = new CountDownLatch(1);
        try (Rig rig = Rig.on(transport).build()) {
            transport.onSend = send -> {
                if (send.id().equals("a1")) {
                    PublishPipelineTest.awaitLatch(mayReturn);
                }
            };
            Thread sender = PublishPipelineTest.start(() -> rig.publish("a1", "a"));
            await().until(() -> transport.sends().size() == 1);
            rig.publish("a2", "a");
            transport.send(0).ack();
            assertThat(rig.outcomes.acknowledged("a1")).isTrue();
            assertThat(transport.sentIds()).containsExactly("a1");
            mayReturn.countDown();
            sender.join();
            assertThat(transport.sentIds()).containsExactly("a1", "a2");
        }
    }
}
