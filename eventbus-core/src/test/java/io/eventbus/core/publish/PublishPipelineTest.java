package io.eventbus.core.publish;

import static io.eventbus.api.PublishException.Reason.DISCONNECTED;
import static io.eventbus.api.PublishException.Reason.NOT_ENCODABLE;
import static io.eventbus.api.PublishException.Reason.REJECTED;
import static io.eventbus.api.PublishException.Reason.TIMEOUT;
import static io.eventbus.api.PublishException.Reason.TOO_LARGE;
import static io.eventbus.api.PublishException.Reason.TOPIC_MISSING;
import static io.eventbus.api.PublishException.Reason.UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.Capability;
import io.eventbus.api.ConfigurationException;
import io.eventbus.api.Envelope;
import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishResult;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.OutboundMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PublishPipelineTest {

    @Test
    void anAcknowledgementReachesTheCallbackOnACallbackThread() {
        try (Rig rig = Rig.standing()) {
            AtomicReference<Thread> thread = new AtomicReference<>();
            AtomicReference<PublishResult> told = new AtomicReference<>();
            AtomicBoolean own = new AtomicBoolean();
            rig.pipeline.publish(Rig.TOPIC, Rig.event("e1", "a", 3), PublishOptions.DEFAULT, result -> {
                own.set(rig.pipeline.isCallbackThread());
                thread.set(Thread.currentThread());
                told.set(result);
            });
            rig.transport.send(0).ack();
            await().until(() -> told.get() != null);
            assertThat(thread.get().getName()).isEqualTo("rig-callback-1");
            assertThat(thread.get().isDaemon()).isTrue();
            assertThat(own).isTrue();
            assertThat(rig.pipeline.isCallbackThread()).isFalse();
            PublishResult.Acknowledged result = (PublishResult.Acknowledged) told.get();
            assertThat(result.receipt().position()).isEqualTo(new Position("orders", 0, 1));
            assertThat(result.eventId()).isEqualTo("e1");
            assertThat(result.topic()).isEqualTo(Rig.TOPIC);
        }
    }

    @Test
    void countsWhatItDoes() {
        try (Rig rig = Rig.standing()) {
            rig.publishSized("e1", 100);
            rig.publishSized("e2", 50);
            rig.publishSized("e3", 5_000);
            rig.transport.send(0).ack();
            rig.outcomes.awaitCount(2);
            await().until(() -> rig.pipeline.stats().pendingResults() == 0);
            assertThat(rig.pipeline.stats()).isEqualTo(new PublishStats(2, 1, 1, 1, 50, 0, 0));
        }
    }

    @Test
    void anOversizedPayloadFailsNamingLimitAndSizeAndNothingIsSent() {
        try (Rig rig = Rig.standing()) {
            rig.publishSized("fits", 1_000);
            rig.publishSized("big", 1_001);
            assertThat(rig.outcomes.reasonOf("big")).isEqualTo(TOO_LARGE);
            assertThat(rig.outcomes.errorOf("big")).hasMessageContaining("1001").hasMessageContaining("1000");
            assertThat(rig.outcomes.errorOf("big").retriable()).isFalse();
            assertThat(rig.transport.sentIds()).containsExactly("fits");
        }
    }

    @Test
    void anOversizedMessageFailsThoughItsPayloadFits() {
        Headers headers = Headers.of("h", "x".repeat(300));
        try (Rig rig = Rig.on(new ScriptedTransport())
                .encoder((t, e, d) -> new OutboundMessage(t, e.eventId(), null, headers, new byte[950], d))
                .build()) {
            rig.publishSized("big", 950);
            assertThat(rig.outcomes.reasonOf("big")).isEqualTo(TOO_LARGE);
            assertThat(rig.outcomes.errorOf("big")).hasMessageContaining("1200");
            assertThat(rig.transport.sends()).isEmpty();
        }
    }

    @Test
    void anEncoderThatFailsIsAnOutcome() {
        try (Rig rig = Rig.on(new ScriptedTransport())
                .encoder((topic, envelope, deadline) -> {
                    if (envelope.eventId().equals("typed")) {
                        throw ScriptedTransport.error(NOT_ENCODABLE);
                    }
                    throw new IllegalStateException("codec");
                })
                .build()) {
            rig.publishUnkeyed("typed");
            rig.publishUnkeyed("untyped");
            assertThat(rig.outcomes.errorOf("typed")).hasMessage("scripted");
            assertThat(rig.outcomes.reasonOf("untyped")).isEqualTo(NOT_ENCODABLE);
        }
    }

    @Test
    void nullArgumentsAreTheOnlyThingThatThrows() {
        try (Rig rig = Rig.standing()) {
            Envelope event = Rig.event("e", null, 0);
            assertThatThrownBy(() -> rig.pipeline.publish(Rig.TOPIC, event, PublishOptions.DEFAULT, null))
                    .isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> rig.pipeline.batching(null)).isInstanceOf(NullPointerException.class);
        }
    }

    @Test
    void aTopicIsOpenedOnceByOneWhileOthersWait() throws Exception {
        try (Rig rig = Rig.standing()) {
            CountDownLatch opening = new CountDownLatch(1);
            CountDownLatch mayOpen = new CountDownLatch(1);
            rig.transport.onOpen = topic -> {
                opening.countDown();
                awaitLatch(mayOpen);
            };
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                String id = "e" + i;
                threads.add(start(() -> rig.publishUnkeyed(id)));
            }
            awaitLatch(opening);
            await().until(() -> threads.stream().allMatch(PublishPipelineTest::waits));
            assertThat(rig.transport.sends()).isEmpty();
            mayOpen.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(rig.transport.opens).hasValue(1);
            assertThat(rig.transport.sentIds()).hasSize(5);
        }
    }

    @Test
    void aFailedOpeningIsTheOutcomeAndTheNextPublishTriesAgain() {
        try (Rig rig = Rig.standing()) {
            rig.transport.onOpen = topic -> {
                throw ScriptedTransport.error(TOPIC_MISSING);
            };
            rig.publishUnkeyed("e1");
            assertThat(rig.outcomes.reasonOf("e1")).isEqualTo(TOPIC_MISSING);
            rig.transport.onOpen = topic -> {
                throw new IllegalStateException("adapter");
            };
            rig.publishUnkeyed("e2");
            assertThat(rig.outcomes.reasonOf("e2")).isEqualTo(UNAVAILABLE);
            rig.transport.onOpen = topic -> {};
            rig.publishUnkeyed("e3");
            rig.publishUnkeyed("e4");
            assertThat(rig.transport.sentIds()).containsExactly("e3", "e4");
            assertThat(rig.transport.opens).hasValue(3);
        }
    }

    @Test
    void aTopicThatVanishedIsOpenedAgain() {
        try (Rig rig = Rig.standing()) {
            rig.publishUnkeyed("e1");
            rig.transport.send(0).fail(TOPIC_MISSING);
            assertThat(rig.outcomes.reasonOf("e1")).isEqualTo(TOPIC_MISSING);
            rig.publishUnkeyed("e2");
            assertThat(rig.transport.opens).hasValue(2);
        }
    }

    @Test
    void whatMayPassIsSentAgainUnchangedWithGrowingPauses() {
        try (Rig rig = Rig.standing()) {
            rig.transport.onSend = send -> send.fail(UNAVAILABLE);
            rig.publishUnkeyed("e1");
            long[] pauses = {50, 100, 200, 400, 800, 1_000, 1_000};
            for (int i = 0; i < pauses.length; i++) {
                assertThat(rig.transport.sends()).hasSize(i + 1);
                rig.advance(Duration.ofMillis(pauses[i] - 1));
                assertThat(rig.transport.sends()).hasSize(i + 1);
                rig.advance(Duration.ofMillis(1));
            }
            rig.transport.onSend = ScriptedTransport.Send::ack;
            rig.advance(Duration.ofSeconds(1));
            assertThat(rig.outcomes.acknowledged("e1")).isTrue();
            assertThat(rig.transport.sends()).allMatch(send -> send.message == rig.transport.send(0).message);
        }
    }

    @Test
    void aTerminalFailureIsTheOutcomeAtOnce() {
        try (Rig rig = Rig.standing()) {
            rig.publishUnkeyed("e1");
            rig.transport.send(0).fail(REJECTED);
            assertThat(rig.outcomes.reasonOf("e1")).isEqualTo(REJECTED);
            rig.advance(Duration.ofMinutes(2));
            assertThat(rig.transport.sends()).hasSize(1);
        }
    }

    @Test
    void aBrokerThatStaysDownIsReportedAtTheDeliveryTimeoutAsRetriable() {
        try (Rig rig = Rig.standing()) {
            rig.transport.onSend = send -> send.fail(DISCONNECTED);
            rig.publish("e1", "a");
            rig.advance(Rig.DELIVERY.minusMillis(1));
            assertThat(rig.outcomes.has("e1")).isFalse();
            rig.advance(Duration.ofMillis(1));
            assertThat(rig.outcomes.errorOf("e1").retriable()).isTrue();
            assertThat(rig.outcomes.errorOf("e1")).hasMessageContaining("scripted");
        }
    }

    @Test
    void aTransportThatNeverAnswersIsReportedWithinTheDeliveryTimeoutAndATenth() {
        try (Rig rig = Rig.standing()) {
            rig.publish("e1", "a");
            rig.publish("waits", "a");
            rig.publishUnkeyed("u");
            rig.advance(Rig.DELIVERY.minusMillis(1));
            assertThat(rig.pipeline.stats().inFlight()).isEqualTo(3);
            rig.advance(Rig.DELIVERY.dividedBy(10));
            assertThat(rig.outcomes.reasonOf("e1")).isEqualTo(TIMEOUT);
            assertThat(rig.outcomes.reasonOf("waits")).isEqualTo(TIMEOUT);
            assertThat(rig.outcomes.reasonOf("u")).isEqualTo(TIMEOUT);
            assertThat(rig.pipeline.stats().inFlight()).isZero();
        }
    }

    @Test
    void anOwnDeadlineIsKeptToTheMomentAndCannotExceedTheDeliveryTimeout() {
        try (Rig rig = Rig.standing()) {
            rig.publishWithin("short", "a", Duration.ofMillis(40));
            rig.publishWithin("long", "b", Duration.ofDays(400_000));
            rig.advance(Duration.ofMillis(39));
            assertThat(rig.outcomes.has("short")).isFalse();
            rig.advance(Duration.ofMillis(1));
            assertThat(rig.outcomes.reasonOf("short")).isEqualTo(TIMEOUT);
            rig.advance(Rig.DELIVERY);
            assertThat(rig.outcomes.reasonOf("long")).isEqualTo(TIMEOUT);
        }
    }

    @Test
    void nothingIsLeftOnTheTimerAfterTheOutcome() {
        try (Rig rig = Rig.standing()) {
            rig.publishWithin("e1", "a", Duration.ofSeconds(10));
            rig.transport.send(0).ack();
            rig.outcomes.awaitCount(1);
            rig.advance(Duration.ofSeconds(2));
            assertThat(rig.hand.pending()).isZero();
        }
    }

    @Test
    void aTransportThatKeepsOrderAndResendsItselfIsLeftAlone() {
        try (Rig rig =
                Rig.on(new ScriptedTransport(Capability.PIPELINED_KEY_ORDER)).build()) {
            for (int i = 0; i < 5; i++) {
                rig.publish("e" + i, "a");
            }
            assertThat(rig.transport.sentIds()).containsExactly("e0", "e1", "e2", "e3", "e4");
            rig.transport.send(0).fail(TIMEOUT);
            assertThat(rig.outcomes.reasonOf("e0")).isEqualTo(TIMEOUT);
            rig.advance(Duration.ofSeconds(5));
            assertThat(rig.transport.sends()).hasSize(5);
        }
    }

    @Test
    void aSendThatThrowsIsAFailure() {
        try (Rig rig = Rig.standing()) {
            rig.transport.onSend = send -> {
                throw new IllegalStateException("adapter");
            };
            rig.publish("e1", "a");
            assertThat(rig.outcomes.reasonOf("e1")).isEqualTo(REJECTED);
            rig.transport.onSend = send -> {
                send.ack();
                throw new IllegalStateException("after the outcome");
            };
            rig.publish("e2", "a");
            assertThat(rig.outcomes.acknowledged("e2")).isTrue();
            rig.transport.onSend = ScriptedTransport.Send::ack;
            rig.publish("e3", "a");
            assertThat(rig.outcomes.acknowledged("e3")).isTrue();
        }
    }

    @Test
    void onlyTheFirstOutcomeOfASendCounts() {
        try (Rig rig = Rig.standing()) {
            rig.publish("e1", "a");
            rig.publish("e2", "a");
            rig.transport.send(0).ack();
            rig.transport.send(0).ack();
            rig.transport.send(0).fail(REJECTED);
            assertThat(rig.transport.sentIds()).containsExactly("e1", "e2");
            rig.transport.send(1).fail(UNAVAILABLE);
            rig.transport.send(1).ack();
            rig.advance(Duration.ofSeconds(1));
            assertThat(rig.transport.sentIds()).containsExactly("e1", "e2", "e2");
            rig.transport.send(1).ack();
            rig.transport.send(1).fail(REJECTED);
            assertThat(rig.outcomes.has("e2")).isFalse();
            rig.transport.send(2).ack();
            assertThat(rig.outcomes.acknowledged("e2")).isTrue();
            rig.outcomes.assertExactlyOneEach(2);
            assertThat(rig.pipeline.stats().inFlight()).isZero();
        }
    }

    @Test
    void whileRestrictedOnlyAllowedThreadsPublish() throws Exception {
        try (Rig rig = Rig.standing()) {
            Thread allowed = new Thread(() -> rig.publishUnkeyed("handler"));
            rig.pipeline.restrictTo(() -> Thread.currentThread() == allowed);
            rig.publishUnkeyed("other");
            allowed.start();
            allowed.join();
            assertThat(rig.outcomes.errorOf("other")).isInstanceOf(BusClosedException.class);
            assertThat(rig.transport.sentIds()).containsExactly("handler");
        }
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> Rig.on(new ScriptedTransport()).window(0, 1).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("maxInFlight=0");
        assertThatThrownBy(() -> Rig.on(new ScriptedTransport())
                        .maxBlock(Duration.ofMillis(-1))
                        .build())
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void topicsDoNotShareLanes() {
        try (Rig rig = Rig.standing()) {
            Map<String, Boolean> seen = new ConcurrentHashMap<>();
            for (String name : List.of("one", "two")) {
                rig.pipeline.publish(Topic.of(name), Rig.event(name, "same", 0), PublishOptions.DEFAULT, rig.outcomes);
                seen.put(name, true);
            }
            assertThat(rig.transport.sentIds()).containsExactlyInAnyOrderElementsOf(seen.keySet());
        }
    }

    static Thread start(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
