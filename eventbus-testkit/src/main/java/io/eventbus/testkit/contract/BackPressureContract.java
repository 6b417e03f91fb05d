package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Envelope;
import io.eventbus.api.Outcome;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionStats;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section J: limits that are reached are back-pressure, never loss. */
@DisplayName("J. back-pressure")
abstract class BackPressureContract extends ContractSection {

    /** How long C121 goes on; the contract asks for ten minutes, which a soak run gives it. */
    private static final Duration SLOW_HANDLER =
            Duration.ofSeconds(Long.getLong("eventbus.kit.slow-handler-seconds", 3));

    private static final int BACKLOG = 500;

    BackPressureContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C121")
    @Tag("C121")
    void slowHandlerPausesTheFetchAndWhatIsInFlightStaysWithinItsLimit() {
        Scenario s = scenario();
        int limit = 50;
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", 2));
        Gate gate = s.gate();
        AtomicInteger most = new AtomicInteger();
        Subscription[] self = new Subscription[1];
        Subscription subscription = node.subscribe(s.spec().maxInFlight(limit), delivery -> {
            gate.pass();
            most.accumulateAndGet(self[0].stats().inFlight(), Math::max);
            Work.of(Duration.ofMillis(5));
            return Outcome.ack();
        });
        self[0] = subscription;
        node.publish(s.events(BACKLOG, 100));
        s.awaitAcknowledged();
        s.await("as many as may be have come", () -> subscription.stats().inFlight() == limit);
        s.stays(
                "the fetch pauses while handlers are blocked",
                Duration.ofSeconds(1),
                () -> subscription.stats().received() == limit);
        gate.open();
        int published = BACKLOG;
        long end = System.nanoTime() + SLOW_HANDLER.toNanos();
        while (System.nanoTime() - end < 0) {
            int room = published - BACKLOG;
            s.await("a part of the backlog is handled", () -> s.reading().handled() >= room);
            node.publish(s.events(100, 100));
            published += 100;
        }
        assertThat(most.get()).as("most in flight").isLessThanOrEqualTo(limit);
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(published);
        KeyedOrderContract.assertInOrder(s, reading);
        s.await(
                "nothing is left",
                () -> subscription.stats().inFlight() == 0
                        && subscription.stats().inFlightBytes() == 0
                        && subscription.stats().lanes() == 0);
    }

    @Behaviour("C122")
    @Tag("C122")
    void brokerHasHandedOutNoMoreThanIsInFlight() {
        Scenario s = scenario();
        int limit = 40;
        Node node = s.connect();
        Gate gate = s.gate();
        node.publish(s.events(2_000, 200));
        s.awaitAcknowledged();
        Subscription subscription = node.subscribe(s.spec().maxInFlight(limit), delivery -> {
            gate.pass();
            return Outcome.ack();
        });
        s.await("as many as may be have come", () -> subscription.stats().inFlight() == limit);
        BrokerUnderTest broker = s.broker();
        s.await("the broker knows", () -> broker.unsettled(s.topic(), s.group()) >= limit);
        s.stays(
                "it hands out no more",
                Duration.ofSeconds(1),
                () -> broker.unsettled(s.topic(), s.group()) <= limit + broker.fetchedAhead());
        gate.open();
        assertThat(s.awaitHandled().handled()).isEqualTo(2_000);
        s.await("all is settled", () -> broker.unsettled(s.topic(), s.group()) == 0);
    }

    @Behaviour("C123")
    @Tag("C123")
    void slowKeyDoesNotFillTheBuffer() {
        Scenario s = scenario();
        int limit = 100;
        Node node = s.connect();
        Gate gate = s.gate();
        List<Envelope> slow = s.eventsOf("slow", limit + limit / 2);
        node.publish(slow);
        node.publish(s.events(400, 40));
        s.awaitAcknowledged();
        Subscription subscription = node.subscribe(s.spec().maxInFlight(limit), delivery -> {
            if ("slow".equals(delivery.envelope().aggregateId())) {
                gate.pass();
            }
            return Outcome.ack();
        });
        s.await("all others are handled", () -> s.reading().handled() == 400);
        // Where the broker stored the slow key's events last, they are still coming.
        s.await("all of the slow key are taken", () -> subscription.stats().inFlight() >= slow.size());
        SubscriptionStats stats = subscription.stats();
        assertThat(s.reading().starts()).as("one of the slow key is started").isEqualTo(401);
        assertThat(stats.inFlight()).isBetween(slow.size(), 2 * limit);
        assertThat(stats.waitingForRetry()).isZero();
        gate.open();
        Reading reading = s.awaitHandled();
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C124")
    @Tag("C124")
    void limitInBytesHoldsWithLargeMessages() {
        Scenario s = scenario();
        long limit = 5L << 20;
        int keys = 24;
        Node node = s.connect();
        int size = (int) Math.min(1 << 20, node.bus().capabilities().maxPayloadBytes());
        Gate gate = s.gate();
        AtomicLong most = new AtomicLong();
        Subscription subscription = node.subscribe(s.spec().maxInFlightBytes(limit), delivery -> {
            gate.pass();
            return Outcome.ack();
        });
        for (int i = 0; i < keys; i++) {
            node.publish(Envelope.builder("kit.Large")
                    .aggregateId("key-" + i)
                    .contentType("application/octet-stream")
                    .payload(s.bytes(size))
                    .build());
        }
        s.awaitAcknowledged();
        s.await("the limit is all but reached", () -> subscription.stats().inFlightBytes() > limit - 2L * size);
        s.stays("it is kept", Duration.ofSeconds(1), () -> {
            most.accumulateAndGet(subscription.stats().inFlightBytes(), Math::max);
            return most.get() <= limit;
        });
        gate.open();
        s.await("all are handled", () -> {
            most.accumulateAndGet(subscription.stats().inFlightBytes(), Math::max);
            return s.reading().handled() == keys;
        });
        assertThat(most.get()).as("most bytes in flight").isLessThanOrEqualTo(limit);
        assertThat(s.ledger().altered(s.reading())).isEmpty();
    }

    @Behaviour("C125")
    @Tag("C125")
    void fullPoolIsBackPressureAndNothingIsLost() {
        Scenario s = scenario();
        int limit = 20;
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", 1).with("global-workers", 1));
        AtomicInteger most = new AtomicInteger();
        Subscription[] self = new Subscription[1];
        Gate started = s.gate();
        self[0] = node.subscribe(s.spec().maxInFlight(limit), delivery -> {
            started.pass();
            most.accumulateAndGet(self[0].stats().inFlight(), Math::max);
            return Outcome.ack();
        });
        started.open();
        for (int i = 0; i < 1_000; i++) {
            node.publish(s.event("key-" + i % 100));
            node.publish(s.event(null));
        }
        Reading reading = s.awaitHandled();
        assertThat(reading.starts()).as("every event is handled once").isEqualTo(2_000);
        assertThat(most.get()).as("most in flight").isLessThanOrEqualTo(limit);
        SubscriptionStats stats = self[0].stats();
        assertThat(stats.givenBack()).isZero();
        assertThat(stats.received()).isEqualTo(2_000);
        KeyedOrderContract.assertInOrder(s, reading);
    }
}
