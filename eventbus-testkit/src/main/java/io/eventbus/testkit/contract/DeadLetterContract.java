package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Capability;
import io.eventbus.api.DeadLetter;
import io.eventbus.api.DecodingException;
import io.eventbus.api.Delivery;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventHandler;
import io.eventbus.api.EventHandlers;
import io.eventbus.api.ExhaustedPolicy;
import io.eventbus.api.Health;
import io.eventbus.api.Outcome;
import io.eventbus.api.Payload;
import io.eventbus.api.RetryPolicy;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section G, second half: what becomes of events that are given up. */
@DisplayName("G. dead letter")
abstract class DeadLetterContract extends ContractSection {

    /** More than the default limit of any broker that has one; brokers that do not count deliveries cannot limit them. */
    private static final int MANY_DELIVERIES = 25;

    private static final int FEW_DELIVERIES = 3;
    private static final String DOOMED = "kit.Doomed";
    private static final int LONGEST_MESSAGE = 2_048;
    private static final int LONGEST_STACK = 8_192;

    DeadLetterContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C086")
    @Tag("C086")
    void deadLetterHasTheEventAsItWasAndWhatHappened() {
        Scenario s = scenario();
        Node node = s.connect();
        SubscriptionSpec.Builder spec = s.spec()
                .retryPolicy(RetryPolicy.DEFAULT
                        .withMaxAttempts(3)
                        .withBackoff(Duration.ofMillis(20), Duration.ofMillis(20))
                        .withJitter(0));
        Topic deadLetters = spec.build().deadLetterTopic();
        node.collectDeadLetters(deadLetters);
        Envelope unwanted = s.event(null);
        String words = "said by the kit, on purpose: 100 % größer\n";
        node.subscribe(spec, delivery -> {
            if (delivery.envelope().eventType().equals(DOOMED)) {
                throw new IllegalStateException(words.repeat(200));
            }
            return Outcome.deadLetter("not wanted");
        });
        Instant start = Instant.now().truncatedTo(ChronoUnit.MICROS);
        List<Publication> doomed = new ArrayList<>();
        for (String format : List.of("json", "binary")) {
            doomed.add(s.connect(KitOptions.DEFAULT.with("wire-format", format)).publish(doomed(s)));
        }
        node.publish(unwanted);
        Reading reading = s.awaitHandled();
        for (Publication publication : doomed) {
            String id = publication.envelope().eventId();
            Delivery letter = s.ledger().deadLetter(id);
            assertThat(letter.envelope()).as("the event as it was").isEqualTo(publication.envelope());
            assertThat(letter.topic()).isEqualTo(deadLetters);
            DeadLetter facts = s.ledger().deadLetterFacts(id);
            assertThat(facts.topic()).isEqualTo(s.topic());
            assertThat(facts.position()).isEqualTo(publication.position());
            assertThat(facts.group()).isEqualTo(s.group());
            assertThat(facts.attempts()).isEqualTo(3);
            assertThat(facts.firstFailureAt()).isBetween(start, Instant.now());
            assertThat(facts.lastFailureAt()).isBetween(facts.firstFailureAt().plusMillis(40), Instant.now());
            assertThat(facts.exceptionType()).isEqualTo(IllegalStateException.class.getName());
            assertThat(facts.message()).startsWith(words).hasSizeLessThanOrEqualTo(LONGEST_MESSAGE);
            assertThat(facts.stack())
                    .startsWith(IllegalStateException.class.getName())
                    .contains("at ", getClass().getSuperclass().getSimpleName())
                    .hasSizeLessThanOrEqualTo(LONGEST_STACK);
        }
        DeadLetter reasoned = s.ledger().deadLetterFacts(unwanted.eventId());
        assertThat(reasoned.attempts()).isEqualTo(1);
        assertThat(reasoned.exceptionType()).isEmpty();
        assertThat(reasoned.message()).isEqualTo("not wanted");
        assertThat(reading.handlings())
                .extracting(run -> run.delivery().deadLetter())
                .containsOnlyNulls();
    }

    private static Envelope doomed(Scenario s) {
        return Envelope.builder(DOOMED)
                .aggregateId("schlüssel 1")
                .eventVersion(7)
                .traceId("trace")
                .correlationId("correlation")
                .header("tenant", "acme")
                .header("note", "100 % größer")
                .contentType("application/octet-stream")
                .payload(s.bytes(3_000))
                .build();
    }

    @Behaviour("C087")
    @Tag("C087")
    void whileTheDeadLetterCannotBeStoredItsSourceStaysPendingAndItsKeyWaits() {
        Scenario s = scenario();
        Envelope doomed = s.event("doomed");
        List<Envelope> later = s.eventsOf("doomed", 5);
        Broken broken = withoutDeadLetterTopic(s, doomed, later);
        Subscription subscription = broken.subscription;
        s.await("health tells", () -> subscription.health().status() == Health.Status.DEGRADED);
        assertThat(subscription.health().detail()).contains(broken.deadLetters.name());
        assertThat(broken.node.bus().health().status()).isEqualTo(Health.Status.DEGRADED);
        s.await("the other keys go on", () -> s.reading().handled() == 40);
        s.stays("its key waits", s.broker().settleDelay(), () -> s.reading().starts() == 41);
        assertThat(s.broker().unsettled(s.topic(), s.group()))
                .as("pending on the broker: the source and what waits behind it")
                .isGreaterThanOrEqualTo(1 + later.size());
        assertThat(subscription.stats().deadLettered()).isZero();
        broken.maker.collectDeadLetters(broken.deadLetters);
        Reading reading = s.awaitHandled();
        assertThat(s.ledger().deadLettered()).containsExactly(doomed.eventId());
        assertThat(reading.handlings(doomed.eventId())).hasSize(1);
        s.await("health is well again", () -> subscription.health().status() == Health.Status.UP);
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C096")
    @Tag("C096")
    void eventIsNotDoneBeforeItsDeadLetterIsStored() {
        Scenario s = scenario();
        Envelope doomed = s.event("doomed");
        List<Envelope> later = s.eventsOf("doomed", 5);
        Broken broken = withoutDeadLetterTopic(s, doomed, later);
        s.await(
                "the dead letter cannot be stored",
                () -> broken.subscription.health().status() == Health.Status.DEGRADED);
        s.await("the other keys go on", () -> s.reading().handled() == 40);
        s.stays(
                "settled as far as may be",
                s.broker().settleDelay(),
                () -> s.reading().handled() == 40);
        broken.node.crash();
        broken.maker.subscribe(s.spec());
        Reading reading = s.awaitHandled();
        assertThat(reading.handlings(doomed.eventId())).hasSize(2);
        assertThat(reading.hasHandled(doomed.eventId())).isTrue();
        KeyedOrderContract.assertInOrder(s, reading);
        s.allowDuplicates(40);
    }

    /** A subscription that dead-letters one event to a topic that is not there and that its bus must not make. */
    private static Broken withoutDeadLetterTopic(Scenario s, Envelope doomed, List<Envelope> later) {
        Node maker = s.connect();
        maker.subscribe(s.spec()).close();
        Node node = s.connect(KitOptions.DEFAULT.withTopologyNever());
        Subscription subscription = node.subscribe(
                s.spec(),
                delivery -> delivery.envelope().eventId().equals(doomed.eventId())
                        ? Outcome.deadLetter("given up by the kit, on purpose")
                        : Outcome.ack());
        maker.publish(doomed);
        maker.publish(later);
        maker.publish(s.events(40, 10));
        s.awaitAcknowledged();
        return new Broken(maker, node, subscription, s.spec().build().deadLetterTopic());
    }

    private record Broken(Node maker, Node node, Subscription subscription, Topic deadLetters) {}

    @Behaviour("C088")
    @Tag("C088")
    void undecodableMessagesAreDeadLetteredWithTheirBytesAndTheFlowGoesOn() {
        Scenario s = scenario();
        Node node = s.connect();
        SubscriptionSpec.Builder spec = s.spec();
        Subscription subscription = node.subscribe(spec);
        node.collectDeadLetters(spec.build().deadLetterTopic());
        List<Payload> bodies = List.of(
                Payload.of(new byte[] {(byte) 0xff, 0, 1, '{', (byte) 0x80}),
                Payload.of("this is no event"),
                Payload.of("{\"event_id\":\"x\"}"));
        node.publish(s.eventsOf("key", 3));
        s.awaitAcknowledged();
        for (Payload body : bodies) {
            s.broker().publishForeign(s.topic(), "key", Map.of("Foreign-Note", "seen"), body.toBytes());
        }
        node.publish(s.eventsOf("key", 3));
        node.publish(s.events(20, 4));
        Reading reading = s.awaitHandled();
        s.await("all are dead letters", () -> s.ledger().deadLetters().size() == bodies.size());
        List<Payload> found = new ArrayList<>();
        for (Delivery letter : s.ledger().deadLetters()) {
            Envelope envelope = letter.envelope();
            found.add(envelope.payload());
            assertThat(envelope.eventType()).isEqualTo(DeadLetter.UNDECODABLE);
            assertThat(envelope.aggregateId()).isEqualTo("key");
            assertThat(envelope.headers().first("Foreign-Note")).isEqualTo("seen");
            DeadLetter facts = s.ledger().deadLetterFacts(envelope.eventId());
            assertThat(facts.topic()).isEqualTo(s.topic());
            assertThat(facts.position()).isNotNull().hasToString(envelope.eventId());
            assertThat(facts.group()).isEqualTo(s.group());
            assertThat(facts.attempts()).isEqualTo(1);
            assertThat(facts.exceptionType()).isEqualTo(DecodingException.class.getName());
            assertThat(facts.message()).isNotEmpty();
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(bodies);
        assertThat(reading.starts()).as("no handler saw them").isEqualTo(26);
        assertThat(subscription.health().status()).isEqualTo(Health.Status.UP);
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C089")
    @Tag("C089")
    void eventsWithoutAHandlerAreDeadLetteredUnlessSaidOtherwise() {
        Scenario s = scenario();
        Envelope unknown = unknown();
        Reading reading = handle(s, EventHandlers.builder(), unknown, s.spec());
        assertThat(s.ledger().deadLettered()).containsExactly(unknown.eventId());
        assertThat(s.ledger().deadLetterFacts(unknown.eventId()).message()).contains(unknown.eventType());
        assertThat(reading.handlings(unknown.eventId())).hasSize(1);
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C089")
    @Tag("C089")
    void eventsWithoutAHandlerAreIgnoredWhereThatIsSaid() {
        Scenario s = scenario();
        Envelope unknown = unknown();
        Reading reading = handle(s, EventHandlers.builder().others(EventHandlers.Others.IGNORE), unknown, s.spec());
        assertThat(s.ledger().deadLettered()).isEmpty();
        assertThat(reading.hasHandled(unknown.eventId())).isTrue();
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C089")
    @Tag("C089")
    void eventsWithoutAHandlerStopTheSubscriptionWhereThatIsSaid() {
        Scenario s = scenario();
        Node node = s.connect();
        Envelope unknown = unknown();
        EventHandler failing = EventHandlers.builder()
                .on("kit.Tested", delivery -> Outcome.ack())
                .others(EventHandlers.Others.FAIL)
                .build();
        Subscription subscription =
                node.subscribe(s.spec().retryPolicy(RetryPolicy.NEVER).onExhausted(ExhaustedPolicy.STOP), failing);
        node.publish(unknown);
        node.publish(s.eventsOf("key", 5));
        s.awaitAcknowledged();
        s.await("it stops", () -> subscription.health().status() == Health.Status.DOWN);
        subscription.close(Duration.ofSeconds(20));
        node.subscribe(s.spec());
        Reading reading = s.awaitHandled();
        assertThat(reading.hasHandled(unknown.eventId())).isTrue();
        KeyedOrderContract.assertInOrder(s, reading);
    }

    private static Reading handle(
            Scenario s, EventHandlers.Builder handlers, Envelope unknown, SubscriptionSpec.Builder spec) {
        Node node = s.connect();
        node.collectDeadLetters(spec.build().deadLetterTopic());
        node.subscribe(
                spec, handlers.on("kit.Tested", delivery -> Outcome.ack()).build());
        node.publish(s.eventsOf("key", 5));
        node.publish(unknown);
        node.publish(s.eventsOf("key", 5));
        return s.awaitHandled();
    }

    private static Envelope unknown() {
        return Envelope.builder("kit.Unknown").aggregateId("key").build();
    }

    @Behaviour("C095")
    @Tag("C095")
    void exhaustedWithoutDeadLettersStopsTheSubscriptionAndSkipsNothing() {
        Scenario s = scenario();
        Node node = s.connect();
        Envelope doomed = s.event("doomed");
        List<Envelope> later = s.eventsOf("doomed", 5);
        SubscriptionSpec.Builder spec = s.spec()
                .onExhausted(ExhaustedPolicy.STOP)
                .retryPolicy(RetryPolicy.DEFAULT
                        .withMaxAttempts(2)
                        .withBackoff(Duration.ofMillis(20), Duration.ofMillis(20)));
        Subscription stopped = node.subscribe(spec, delivery -> {
            if (delivery.envelope().eventId().equals(doomed.eventId())) {
                throw new IllegalStateException("thrown by the kit, on purpose");
            }
            return Outcome.ack();
        });
        node.publish(s.events(20, 4));
        Publication publication = node.publish(doomed);
        node.publish(later);
        s.awaitAcknowledged();
        s.await("it stops", () -> stopped.health().status() == Health.Status.DOWN);
        assertThat(stopped.health().detail())
                .contains(s.topic().name(), publication.position().toString());
        assertThat(node.bus().health().status()).isEqualTo(Health.Status.DOWN);
        node.publish(s.events(20, 4));
        s.awaitAcknowledged();
        s.await("what ran has ended", () -> s.reading().running() == 0);
        long starts = s.reading().starts();
        s.stays(
                "nothing more is started",
                Duration.ofMillis(500),
                () -> s.reading().starts() == starts);
        for (Envelope event : later) {
            assertThat(s.reading().handlings(event.eventId())).isEmpty();
        }
        stopped.close(Duration.ofSeconds(20));
        node.subscribe(spec);
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(46);
        assertThat(reading.handlings(doomed.eventId())).hasSize(3);
        assertThat(node.bus().health().status()).isEqualTo(Health.Status.UP);
        KeyedOrderContract.assertInOrder(s, reading);
        // What was done behind the event may come again.
        s.allowDuplicates(40);
    }

    @Behaviour("C097")
    @Tag("C097")
    void brokerNeverDropsAnEventForItsNumberOfDeliveries() {
        Scenario s = scenario();
        Node node = s.connect();
        int deliveries = s.has(Capability.DELIVERY_COUNT) ? MANY_DELIVERIES : FEW_DELIVERIES;
        SubscriptionSpec.Builder spec = s.spec()
                .retryPolicy(
                        RetryPolicy.DEFAULT.withMaxAttempts(0).withBackoff(Duration.ofHours(1), Duration.ofHours(1)));
        node.collectDeadLetters(spec.build().deadLetterTopic());
        List<Envelope> events = s.events(2, 2);
        node.publish(events);
        s.awaitAcknowledged();
        for (int i = 0; i < deliveries; i++) {
            Subscription failing = node.subscribe(spec, delivery -> {
                throw new IllegalStateException("thrown by the kit, on purpose");
            });
            s.await("both have failed and wait", () -> failing.stats().waitingForRetry() == 2);
            failing.close(Duration.ofSeconds(20));
        }
        node.subscribe(spec);
        Reading reading = s.awaitHandled();
        assertThat(s.ledger().deadLettered()).isEmpty();
        for (Envelope event : events) {
            List<Handling> runs = reading.handlings(event.eventId());
            assertThat(runs)
                    .hasSize(deliveries + 1)
                    .extracting(Handling::attempt)
                    .containsOnly(1);
        }
        KeyedOrderContract.assertInOrder(s, reading);
    }
}
