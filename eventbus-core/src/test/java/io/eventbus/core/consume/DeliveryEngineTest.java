package io.eventbus.core.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.CloseReport;
import io.eventbus.api.Delivery;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventBus;
import io.eventbus.api.EventHandler;
import io.eventbus.api.ExhaustedPolicy;
import io.eventbus.api.Headers;
import io.eventbus.api.Health;
import io.eventbus.api.Ordering;
import io.eventbus.api.Outcome;
import io.eventbus.api.Payload;
import io.eventbus.api.PublishException;
import io.eventbus.api.RetryPolicy;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.PayloadTranscoder;
import io.eventbus.core.BusConfig;
import io.eventbus.core.EventBusBuilder;
import io.eventbus.core.wire.WireCodec;
import io.eventbus.core.wire.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeliveryEngineTest {

    private static final Topic TOPIC = Topic.of("orders");
    private static final RetryPolicy QUICK = RetryPolicy.DEFAULT
            .withBackoff(Duration.ofMillis(5), Duration.ofMillis(20))
            .withMaxAttempts(3);

    private final FakeTransport transport = new FakeTransport();
    private final WireCodec codec = new WireCodec(new WireCodec.Options(WireFormat.JSON, false, 0, 1 << 20, true));
    private final EventBus bus = EventBusBuilder.over(transport)
            .config(BusConfig.builder().keyedWorkers(4).globalWorkers(2).build())
            .start();
    private final List<String> handled = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        bus.close(Duration.ofSeconds(5));
    }

    @Test
    void aHandledEventIsAckedOnce() {
        Subscription subscription = subscribe(spec(), this::record);
        FakeTransport.FakeMessage message = deliver("a", 1);
        await().untilAsserted(() -> assertThat(message.acks).hasValue(1));
        assertThat(handled).containsExactly("a1");
        assertThat(subscription.stats().inFlight()).isZero();
        assertThat(subscription.stats().lanes()).isZero();
    }

    @Test
    void aFailedEventIsRetriedInPlaceWhileOthersGoOn() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        subscribe(spec().retryPolicy(QUICK), delivery -> {
            if (name(delivery).equals("a1") && attempts.incrementAndGet() == 1) {
                assertThat(delivery.attempt()).isEqualTo(1);
                release.await();
                throw new IllegalStateException("first");
            }
            return record(delivery);
        });
        deliver("a", 1);
        deliver("a", 2);
        FakeTransport.FakeMessage other = deliver("b", 1);
        await().untilAsserted(() -> assertThat(other.acks).hasValue(1));
        release.countDown();
        await().untilAsserted(() -> assertThat(handled).containsExactly("b1", "a1", "a2"));
        assertThat(attempts).hasValue(2);
    }

    @Test
    void theDeadLetterIsStoredBeforeTheSourceIsAcked() {
        Subscription subscription = subscribe(spec().retryPolicy(QUICK), delivery -> {
            if (name(delivery).equals("a1")) {
                throw new IllegalStateException("no");
            }
            return record(delivery);
        });
        FakeTransport.FakeMessage dead = deliver("a", 1);
        FakeTransport.FakeMessage next = deliver("a", 2);
        await().untilAsserted(() -> assertThat(next.acks).hasValue(1));
        assertThat(transport.events.indexOf("sent orders.dlq"))
                .isNotNegative()
                .isLessThan(transport.events.indexOf("ack " + dead.position().offset()));
        assertThat(transport.sent.get(0).body()).isEqualTo(dead.body());
        assertThat(subscription.stats().deadLettered()).isEqualTo(1);
        assertThat(subscription.stats().retried()).isEqualTo(2);
    }

    @Test
    void aDeadLetterThatCannotBeStoredLeavesTheSourcePendingAndItsAggregateWaiting() {
        transport.sendError = new PublishException(PublishException.Reason.REJECTED, "no room", null);
        Subscription subscription =
                subscribe(spec(), d -> name(d).equals("a1") ? Outcome.deadLetter("bad") : record(d));
        FakeTransport.FakeMessage dead = deliver("a", 1);
        FakeTransport.FakeMessage next = deliver("a", 2);
        FakeTransport.FakeMessage other = deliver("b", 1);
        await().untilAsserted(() -> assertThat(subscription.health().status()).isEqualTo(Health.Status.DEGRADED));
        await().untilAsserted(() -> assertThat(other.acks).hasValue(1));
        assertThat(dead.acks).hasValue(0);
        assertThat(next.acks).hasValue(0);
        transport.sendError = null;
        await().untilAsserted(() -> assertThat(next.acks).hasValue(1));
        assertThat(dead.acks).hasValue(1);
        assertThat(subscription.health().status()).isEqualTo(Health.Status.UP);
    }

    @Test
    void anUndecodableMessageGoesToTheDeadLetterWithItsBytesAndTheFlowGoesOn() {
        subscribe(spec(), this::record);
        FakeTransport.FakeMessage bad = transport.raw(new byte[] {1, 2, 3});
        transport.sink.accept(bad);
        FakeTransport.FakeMessage good = deliver("a", 1);
        await().untilAsserted(() -> assertThat(good.acks).hasValue(1));
        await().untilAsserted(() -> assertThat(bad.acks).hasValue(1));
        assertThat(transport.sent)
                .singleElement()
                .satisfies(m -> assertThat(m.body()).containsExactly(1, 2, 3));
    }

    @Test
    void thePolicyStopNeitherSkipsNorAcks() {
        Subscription subscription =
                subscribe(spec().onExhausted(ExhaustedPolicy.STOP).retryPolicy(RetryPolicy.NEVER), delivery -> {
                    throw new IllegalStateException("stop here");
                });
        FakeTransport.FakeMessage message = deliver("a", 1);
        await().untilAsserted(() -> assertThat(subscription.health().status()).isEqualTo(Health.Status.DOWN));
        assertThat(subscription.health().detail()).contains("stop").contains(String.valueOf(message.position()));
        assertThat(message.acks).hasValue(0);
        assertThat(transport.sink.demand()).isZero();
    }

    @Test
    void demandIsWhatIsFreeAndARefillIsTold() throws Exception {
        Subscription subscription = subscribe(spec().maxInFlight(3), this::blocking);
        assertThat(transport.sink.demand()).isEqualTo(3);
        deliver("a", 1);
        deliver("a", 2);
        deliver("a", 3);
        assertThat(transport.sink.demand()).isZero();
        int before = transport.demandChanges.get();
        release.countDown();
        await().untilAsserted(() -> assertThat(transport.demandChanges.get()).isGreaterThan(before));
        await().untilAsserted(() -> assertThat(transport.sink.demand()).isEqualTo(3));
        assertThat(subscription.stats().inFlightBytes()).isZero();
    }

    @Test
    void whatWaitsForARetryDoesNotStarveTheIntake() {
        Subscription subscription = subscribe(
                spec().maxInFlight(3).retryPolicy(QUICK.withBackoff(Duration.ofHours(1), Duration.ofHours(1))),
                delivery -> {
                    if (name(delivery).startsWith("a")) {
                        throw new IllegalStateException("later");
                    }
                    return record(delivery);
                });
        deliver("a", 1);
        deliver("a", 2);
        deliver("a", 3);
        await().untilAsserted(() -> assertThat(transport.sink.demand()).isEqualTo(3));
        FakeTransport.FakeMessage other = deliver("b", 1);
        await().untilAsserted(() -> assertThat(other.acks).hasValue(1));
        assertThat(subscription.stats().inFlight()).isEqualTo(3);
        assertThat(subscription.stats().waitingForRetry()).isEqualTo(3);
    }

    @Test
    void aBackOffThatFreesCreditIsTold() {
        subscribe(
                spec().maxInFlight(3).retryPolicy(QUICK.withBackoff(Duration.ofHours(1), Duration.ofHours(1))),
                delivery -> {
                    release.await();
                    throw new IllegalStateException("later");
                });
        deliver("a", 1);
        deliver("b", 1);
        deliver("c", 1);
        assertThat(transport.sink.demand()).isZero();
        int before = transport.demandChanges.get();
        release.countDown();
        await().untilAsserted(() -> assertThat(transport.demandChanges.get()).isGreaterThan(before));
    }

    @Test
    void theByteLimitHoldsWhileEverythingWaitsForARetry() {
        subscribe(
                spec().maxInFlightBytes(1).retryPolicy(QUICK.withBackoff(Duration.ofHours(1), Duration.ofHours(1))),
                delivery -> {
                    throw new IllegalStateException("later");
                });
        deliver("a", 1);
        deliver("b", 1);
        await().untilAsserted(() -> assertThat(transport.sink.demand()).isZero());
    }

    @Test
    void anErrorOfATranscoderIsAFailedAttemptThatKeepsItsPlace() {
        AtomicInteger calls = new AtomicInteger();
        FakeTransport other = new FakeTransport();
        PayloadTranscoder broken = new PayloadTranscoder() {
            @Override
            public String from() {
                return "application/json";
            }

            @Override
            public String to() {
                return "text/plain";
            }

            @Override
            public Payload transcode(Payload payload) {
                if (calls.incrementAndGet() == 1) {
                    throw new NoClassDefFoundError("on purpose");
                }
                return payload;
            }
        };
        try (EventBus transcoding =
                EventBusBuilder.over(other).transcoder(broken).start()) {
            transcoding.subscribe(
                    spec().retryPolicy(QUICK).acceptContentType("text/plain").build(), this::record);
            for (int version = 1; version <= 2; version++) {
                Envelope envelope = Envelope.builder("Tested")
                        .aggregateId("a")
                        .eventVersion(version)
                        .payload("{}")
                        .build();
                other.sink.accept(other.message(codec.encode(TOPIC, envelope, Long.MAX_VALUE)));
            }
            await().untilAsserted(() -> assertThat(handled).containsExactly("a1", "a2"));
        }
    }

    @Test
    void assignmentsThatAreLostTogetherAreWorkedOffTogether() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        Subscription subscription = subscribe(spec(), delivery -> {
            started.countDown();
            release.await();
            return record(delivery);
        });
        FakeTransport.OwnedAssignment second = new FakeTransport.OwnedAssignment("fake/1", 1);
        FakeTransport.FakeMessage first = deliver("a", 1);
        FakeTransport.FakeMessage behind = deliver("a", 2);
        FakeTransport.FakeMessage other = deliver("b", 1).again(second);
        transport.sink.accept(other);
        started.await();
        transport.sink.leaving(transport.assignment);
        transport.sink.leaving(second);
        Thread revoker = new Thread(() -> {
            transport.sink.revoked(transport.assignment, Duration.ofSeconds(50));
            transport.sink.revoked(second, Duration.ofNanos(1));
        });
        revoker.start();
        release.countDown();
        revoker.join();
        assertThat(subscription.stats().inFlight()).isZero();
        assertThat(first.acks).hasValue(1);
        assertThat(behind.acks).hasValue(1);
        assertThat(other.acks).hasValue(1);
    }

    @Test
    void bytesLimitTheDemandToo() {
        subscribe(spec().maxInFlightBytes(1), this::blocking);
        assertThat(transport.sink.demand()).isEqualTo(1);
        deliver("a", 1);
        assertThat(transport.sink.demand()).isZero();
    }

    @Test
    void anAttemptThatTakesTooLongIsInterruptedAndTriedAgainWithoutOverlap() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        List<Integer> attempts = new CopyOnWriteArrayList<>();
        Subscription subscription =
                subscribe(spec().maxProcessingTime(Duration.ofMillis(50)).retryPolicy(QUICK), delivery -> {
                    if (running.incrementAndGet() > 1) {
                        overlaps.incrementAndGet();
                    }
                    try {
                        attempts.add(delivery.attempt());
                        if (delivery.attempt() == 1) {
                            new CountDownLatch(1).await();
                        }
                        return Outcome.ack();
                    } catch (InterruptedException e) {
                        return Outcome.ack();
                    } finally {
                        running.decrementAndGet();
                    }
                });
        FakeTransport.FakeMessage message = deliver("a", 1);
        await().untilAsserted(() -> assertThat(message.acks).hasValue(1));
        assertThat(attempts).containsExactly(1, 2);
        assertThat(overlaps).hasValue(0);
        assertThat(subscription.stats().retried()).isEqualTo(1);
    }

    @Test
    void closeWorksOffWhatWasReceived() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        Subscription subscription = subscribe(spec(), delivery -> {
            started.countDown();
            release.await();
            return record(delivery);
        });
        FakeTransport.FakeMessage running = deliver("a", 1);
        FakeTransport.FakeMessage queued = deliver("a", 2);
        started.await();
        List<CloseReport> reports = new CopyOnWriteArrayList<>();
        Thread closer = new Thread(() -> reports.add(subscription.close(Duration.ofSeconds(50))));
        closer.start();
        await().untilAsserted(() -> assertThat(transport.events).contains("stopFetching"));
        release.countDown();
        closer.join();
        assertThat(handled).containsExactly("a1", "a2");
        assertThat(reports).singleElement().satisfies(r -> {
            assertThat(r.clean()).isTrue();
            assertThat(r.eventsGivenBack()).isZero();
        });
        assertThat(transport.events)
                .containsSubsequence(
                        "stopFetching",
                        "ack " + running.position().offset(),
                        "ack " + queued.position().offset(),
                        "closed");
    }

    @Test
    void closeGivesBackWhatItCannotWorkOffInTime() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        Subscription subscription = subscribe(spec(), delivery -> {
            started.countDown();
            release.await();
            return record(delivery);
        });
        FakeTransport.FakeMessage running = deliver("a", 1);
        FakeTransport.FakeMessage queued = deliver("a", 2);
        started.await();
        List<CloseReport> reports = new CopyOnWriteArrayList<>();
        Thread closer = new Thread(() -> reports.add(subscription.close(Duration.ofSeconds(10))));
        closer.start();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(queued.givenBack).hasValue(1));
        release.countDown();
        closer.join();
        assertThat(running.acks).hasValue(1);
        assertThat(queued.acks).hasValue(0);
        assertThat(reports).singleElement().satisfies(r -> {
            assertThat(r.clean()).isTrue();
            assertThat(r.eventsGivenBack()).isEqualTo(1);
        });
        assertThat(handled).containsExactly("a1");
    }

    @Test
    void closeDuringBackOffGivesBackAndDoesNotDeadLetter() {
        Subscription subscription = subscribe(
                spec().retryPolicy(QUICK.withMaxAttempts(2).withBackoff(Duration.ofHours(1), Duration.ofHours(1))),
                delivery -> {
                    throw new IllegalStateException("later");
                });
        FakeTransport.FakeMessage message = deliver("a", 1);
        await().untilAsserted(
                        () -> assertThat(subscription.stats().waitingForRetry()).isEqualTo(1));
        CloseReport report = subscription.close(Duration.ofSeconds(20));
        assertThat(report.clean()).isTrue();
        assertThat(message.givenBack).hasValue(1);
        assertThat(message.acks).hasValue(0);
        assertThat(transport.sent).isEmpty();
    }

    @Test
    void closeReturnsInTimeWhenAHandlerHangsAndItsLateOutcomeDoesNotCount() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Subscription subscription = subscribe(spec(), delivery -> {
            started.countDown();
            awaitUninterruptibly(release);
            ended.countDown();
            return Outcome.ack();
        });
        FakeTransport.FakeMessage message = deliver("a", 1);
        started.await();
        CloseReport report = subscription.close(Duration.ofMillis(200));
        assertThat(report.handlersRunning()).isEqualTo(1);
        assertThat(report.clean()).isFalse();
        release.countDown();
        ended.await();
        await().untilAsserted(() -> assertThat(subscription.stats().inFlight()).isZero());
        assertThat(message.acks).hasValue(0);
    }

    @Test
    void aHandlerMayCloseItsSubscriptionAndItsBus() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger(-1);
        Subscription[] self = new Subscription[1];
        CountDownLatch ready = new CountDownLatch(1);
        self[0] = subscribe(spec(), delivery -> {
            ready.await();
            running.set(self[0].close(Duration.ofSeconds(30)).handlersRunning());
            bus.close(Duration.ofSeconds(10));
            closed.countDown();
            return Outcome.ack();
        });
        deliver("a", 1);
        ready.countDown();
        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(running).hasValue(0);
    }

    @Test
    void tenClosesAtOnceAllReturn() throws Exception {
        subscribe(spec(), this::record);
        List<Thread> closers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Thread closer = new Thread(() -> bus.close(Duration.ofSeconds(10)));
            closer.start();
            closers.add(closer);
        }
        for (Thread closer : closers) {
            closer.join(20_000);
            assertThat(closer.isAlive()).isFalse();
        }
        assertThat(transport.events).filteredOn("transport closed"::equals).hasSize(1);
    }

    @Test
    void aRevokedAssignmentDropsWhatIsNotStartedAndAcksNothingAfterTheGrace() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        Subscription subscription = subscribe(spec(), delivery -> {
            started.countDown();
            awaitUninterruptibly(release);
            return record(delivery);
        });
        FakeTransport.FakeMessage running = deliver("a", 1);
        FakeTransport.FakeMessage queued = deliver("a", 2);
        started.await();
        transport.sink.revoked(transport.assignment, Duration.ofMillis(50));
        release.countDown();
        await().untilAsserted(() -> assertThat(subscription.stats().inFlight()).isZero());
        assertThat(running.acks).hasValue(0);
        assertThat(queued.acks).hasValue(0);
        assertThat(queued.givenBack).hasValue(0);
        assertThat(handled).doesNotContain("a2");
    }

    @Test
    void aRedeliveryWaitsForTheHandlerThatALostAssignmentLeftRunning() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger peak = new AtomicInteger();
        Semaphore starts = new Semaphore(0);
        subscribe(spec().ordering(Ordering.NONE), delivery -> {
            peak.accumulateAndGet(running.incrementAndGet(), Math::max);
            starts.release();
            awaitUninterruptibly(release);
            running.decrementAndGet();
            return record(delivery);
        });
        FakeTransport.FakeMessage first = deliver("a", 1);
        starts.acquire();
        transport.sink.revoked(transport.assignment, Duration.ZERO);
        FakeTransport.FakeMessage again = first.again(new FakeTransport.OwnedAssignment("fake/0", 2));
        transport.sink.accept(again);
        FakeTransport.FakeMessage other = deliver("b", 1);
        starts.acquire();
        release.countDown();
        await().untilAsserted(() -> assertThat(again.acks).hasValue(1));
        await().untilAsserted(() -> assertThat(other.acks).hasValue(1));
        assertThat(first.acks).hasValue(0);
        assertThat(handled).containsExactlyInAnyOrder("a1", "b1", "a1");
        assertThat(peak).hasValue(2);
    }

    @Test
    void aRevocationWaitsForRunningHandlersWithinItsGrace() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        subscribe(spec(), delivery -> {
            started.countDown();
            release.await();
            return record(delivery);
        });
        FakeTransport.FakeMessage running = deliver("a", 1);
        started.await();
        Thread revoker = new Thread(() -> transport.sink.revoked(transport.assignment, Duration.ofSeconds(30)));
        revoker.start();
        release.countDown();
        revoker.join(20_000);
        assertThat(revoker.isAlive()).isFalse();
        assertThat(running.acks).hasValue(1);
    }

    @Test
    void unsettledMessagesAreKeptAlive() {
        transport.keepAliveEvery = Duration.ofMillis(30);
        subscribe(spec(), this::blocking);
        FakeTransport.FakeMessage running = deliver("a", 1);
        FakeTransport.FakeMessage queued = deliver("a", 2);
        await().untilAsserted(() -> assertThat(running.keepAlives.get()).isGreaterThan(2));
        await().untilAsserted(() -> assertThat(queued.keepAlives.get()).isGreaterThan(2));
    }

    @Test
    void aPauseHoldsWhatIsQueuedAndAResumeGoesOn() {
        Subscription subscription = subscribe(spec(), this::record);
        subscription.pause();
        assertThat(transport.sink.demand()).isZero();
        FakeTransport.FakeMessage message = deliver("a", 1);
        await().untilAsserted(
                        () -> assertThat(subscription.stats().waitingForRetry()).isEqualTo(1));
        assertThat(message.acks).hasValue(0);
        subscription.resume();
        await().untilAsserted(() -> assertThat(message.acks).hasValue(1));
        assertThat(transport.sink.demand()).isPositive();
    }

    @Test
    void aConcurrencyOfOneHandlesInDeliveryOrder() {
        subscribe(spec().concurrency(1), this::record);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String key = i % 3 == 0 ? null : "k" + i % 7;
            deliver(key, i);
            expected.add(key + i);
        }
        await().untilAsserted(() -> assertThat(handled).isEqualTo(expected));
    }

    @Test
    void aConcurrencyLimitsHandlersAtOnceKeyedAndUnkeyedTogether() throws Exception {
        Semaphore permits = new Semaphore(0);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger peak = new AtomicInteger();
        subscribe(spec().concurrency(2), delivery -> {
            peak.accumulateAndGet(running.incrementAndGet(), Math::max);
            permits.acquire();
            running.decrementAndGet();
            return record(delivery);
        });
        for (int i = 0; i < 20; i++) {
            deliver(i % 2 == 0 ? null : "k" + i, i);
        }
        await().until(() -> running.get() == 2);
        permits.release(20);
        await().untilAsserted(() -> assertThat(handled).hasSize(20));
        assertThat(peak).hasValue(2);
    }

    @Test
    void anErrorANullOutcomeAndAnInterruptAreFailuresAndTheWorkersSurvive() {
        ConcurrentHashMap<String, Integer> attempts = new ConcurrentHashMap<>();
        Subscription subscription = subscribe(spec().retryPolicy(QUICK), delivery -> {
            int attempt = attempts.merge(name(delivery), 1, Integer::sum);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            if (attempt == 1) {
                switch (name(delivery)) {
                    case "a1" -> throw new StackOverflowError();
                    case "b1" -> {
                        return null;
                    }
                    case "c1" -> {
                        Thread.currentThread().interrupt();
                        throw new InterruptedException();
                    }
                    default -> {}
                }
            }
            return record(delivery);
        });
        deliver("a", 1);
        deliver("b", 1);
        deliver("c", 1);
        deliver("d", 1);
        await().untilAsserted(() -> assertThat(handled).containsExactlyInAnyOrder("a1", "b1", "c1", "d1"));
        assertThat(subscription.stats().retried()).isEqualTo(3);
    }

    @Test
    void unkeyedEventsAndEventsWithoutOrderingHaveNoLane() throws Exception {
        Subscription subscription = subscribe(spec().ordering(Ordering.NONE), this::blocking);
        deliver("a", 1);
        deliver("a", 2);
        assertThat(subscription.stats().lanes()).isZero();
        release.countDown();
        await().untilAsserted(() -> assertThat(handled).containsExactlyInAnyOrder("a1", "a2"));
    }

    private Outcome blocking(Delivery delivery) throws InterruptedException {
        release.await();
        return record(delivery);
    }

    private Outcome record(Delivery delivery) {
        handled.add(name(delivery));
        return Outcome.ack();
    }

    private static String name(Delivery delivery) {
        return delivery.envelope().aggregateId() + "" + delivery.envelope().eventVersion();
    }

    private Subscription subscribe(SubscriptionSpec.Builder spec, EventHandler handler) {
        return bus.subscribe(spec.build(), handler);
    }

    private static SubscriptionSpec.Builder spec() {
        return SubscriptionSpec.builder(TOPIC, "test");
    }

    private FakeTransport.FakeMessage deliver(@Nullable String key, int version) {
        Envelope envelope = Envelope.builder("Tested")
                .aggregateId(key)
                .eventVersion(version)
                .headers(Headers.empty())
                .build();
        FakeTransport.FakeMessage message = transport.message(codec.encode(TOPIC, envelope, Long.MAX_VALUE));
        transport.sink.accept(message);
        return message;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
