package io.eventbus.core.publish;

import static io.eventbus.core.publish.PublishPipelineTest.awaitLatch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PublishCallbacksTest {

    @Test
    void aBlockedCallbackDelaysNeitherAcknowledgementsNorOtherCallbacks() {
        ScriptedTransport transport = new ScriptedTransport();
        transport.onSend = ScriptedTransport.Send::ack;
        CountDownLatch release = new CountDownLatch(1);
        try (Rig rig = Rig.on(transport).realTime().build()) {
            rig.pipeline.publish(
                    Rig.TOPIC, Rig.event("slow", null, 0), PublishOptions.DEFAULT, r -> awaitLatch(release));
            for (int i = 0; i < 50; i++) {
                rig.publishUnkeyed("e" + i);
            }
            assertThat(rig.pipeline.stats().acknowledged()).isEqualTo(51);
            rig.outcomes.assertExactlyOneEach(50);
            release.countDown();
        }
    }

    @Test
    void callbacksRunAtTheSameTimeOnAllThreads() {
        ScriptedTransport transport = new ScriptedTransport();
        transport.onSend = ScriptedTransport.Send::ack;
        CyclicBarrier together = new CyclicBarrier(3);
        AtomicInteger passed = new AtomicInteger();
        Set<String> names = ConcurrentHashMap.newKeySet();
        try (Rig rig = Rig.on(transport).realTime().threads(3).build()) {
            for (int i = 0; i < 9; i++) {
                rig.pipeline.publish(Rig.TOPIC, Rig.event("e" + i, null, 0), PublishOptions.DEFAULT, result -> {
                    names.add(Thread.currentThread().getName());
                    try {
                        together.await(20, TimeUnit.SECONDS);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                    passed.incrementAndGet();
                });
            }
            await().until(() -> passed.get() == 9);
            assertThat(names).containsExactlyInAnyOrder("rig-callback-1", "rig-callback-2", "rig-callback-3");
        }
    }

    @Test
    void aCallbackThatThrowsIsCountedAndChangesNothingElse() {
        ScriptedTransport transport = new ScriptedTransport();
        transport.onSend = ScriptedTransport.Send::ack;
        try (Rig rig = Rig.on(transport).threads(1).build()) {
            PublishCallback bad = result -> {
                throw new AssertionError("on purpose");
            };
            rig.pipeline.publish(Rig.TOPIC, Rig.event("bad", "a", 0), PublishOptions.DEFAULT, bad);
            rig.pipeline.publish(
                    Rig.TOPIC, Rig.event("bad2", "a", 0), PublishOptions.DEFAULT, rig.pipeline.batching(results -> {
                        throw new IllegalStateException("on purpose");
                    }));
            rig.publish("good", "a");
            assertThat(rig.outcomes.acknowledged("good")).isTrue();
            await().until(() -> rig.pipeline.stats().pendingResults() == 0);
            assertThat(rig.pipeline.stats().callbackErrors()).isEqualTo(2);
            assertThat(rig.pipeline.stats().acknowledged()).isEqualTo(3);
        }
    }

    @Test
    void outcomesInListsComeOneListAtATimeEachInExactlyOne() {
        ScriptedTransport transport = new ScriptedTransport();
        CountDownLatch firstList = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<List<PublishResult>> lists = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        try (Rig rig = Rig.on(transport).realTime().build()) {
            PublishCallback batching = rig.pipeline.batching(results -> {
                if (inside.incrementAndGet() > 1) {
                    overlaps.incrementAndGet();
                }
                lists.add(results);
                firstList.countDown();
                awaitLatch(release);
                inside.decrementAndGet();
            });
            for (int i = 0; i < 2_500; i++) {
                rig.pipeline.publish(Rig.TOPIC, Rig.event("e" + i, null, 0), PublishOptions.DEFAULT, batching);
            }
            List<ScriptedTransport.Send> sends = transport.sends();
            sends.get(0).ack();
            awaitLatch(firstList);
            sends.subList(1, sends.size()).forEach(ScriptedTransport.Send::ack);
            release.countDown();
            await().until(() -> lists.stream().mapToInt(List::size).sum() == 2_500);
            assertThat(overlaps).hasValue(0);
            assertThat(lists.stream().map(List::size)).containsExactly(1, 1_000, 1_000, 499);
            List<String> ids = new ArrayList<>();
            lists.forEach(list -> list.forEach(result -> ids.add(result.eventId())));
            assertThat(ids).isEqualTo(transport.sentIds());
            await().until(() -> rig.pipeline.stats().pendingResults() == 0);
        }
    }

    @Test
    void aBlockedListLeavesTheOtherThreadToOthers() {
        ScriptedTransport transport = new ScriptedTransport();
        transport.onSend = ScriptedTransport.Send::ack;
        CountDownLatch release = new CountDownLatch(1);
        try (Rig rig = Rig.on(transport).realTime().build()) {
            PublishCallback batching = rig.pipeline.batching(results -> awaitLatch(release));
            for (int i = 0; i < 20; i++) {
                rig.pipeline.publish(Rig.TOPIC, Rig.event("b" + i, null, 0), PublishOptions.DEFAULT, batching);
                rig.publishUnkeyed("e" + i);
            }
            rig.outcomes.assertExactlyOneEach(20);
            release.countDown();
        }
    }

    @Test
    void aBatchingCallbackMayBeWrapped() {
        ScriptedTransport transport = new ScriptedTransport();
        transport.onSend = ScriptedTransport.Send::ack;
        Set<String> ids = ConcurrentHashMap.newKeySet();
        try (Rig rig = Rig.on(transport).realTime().build()) {
            PublishCallback batching = rig.pipeline.batching(results -> results.forEach(r -> ids.add(r.eventId())));
            for (int i = 0; i < 100; i++) {
                rig.pipeline.publish(
                        Rig.TOPIC, Rig.event("e" + i, null, 0), PublishOptions.DEFAULT, r -> batching.onResult(r));
            }
            await().until(() -> ids.size() == 100);
            await().until(() -> rig.pipeline.stats().pendingResults() == 0);
        }
    }
}
