package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Capability;
import io.eventbus.api.CloseReport;
import io.eventbus.api.Envelope;
import io.eventbus.api.Outcome;
import io.eventbus.api.RetryPolicy;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section G, first half: when and how often a failed event is handled again. */
@DisplayName("G. retry")
abstract class RetryContract extends ContractSection {

    /** A back-off that no test waits for. */
    private static final RetryPolicy NOT_SOON = RetryPolicy.DEFAULT
            .withMaxAttempts(2)
            .withBackoff(Duration.ofHours(1), Duration.ofHours(1))
            .withJitter(0);

    RetryContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C079")
    @Tag("C079")
    void numberAndDelaysOfRetriesFollowThePolicy() {
        Scenario s = scenario();
        // Long enough that what a busy machine adds stays small beside it.
        long[] delays = {700, 1_400, 1_500};
        RetryPolicy policy =
                new RetryPolicy(4, Duration.ofMillis(700), Duration.ofMillis(1_500), 2.0, 0.0, failure -> false);
        Node node = s.connect();
        SubscriptionSpec.Builder spec = s.spec().retryPolicy(policy);
        node.collectDeadLetters(spec.build().deadLetterTopic());
        node.subscribe(spec, delivery -> {
            throw new IllegalStateException("thrown by the kit, on purpose");
        });
        List<Envelope> events = List.of(s.event("one"), s.event("two"), s.event(null));
        node.publish(events);
        Reading reading = s.awaitHandled();
        for (Envelope event : events) {
            List<Handling> runs = reading.handlings(event.eventId());
            assertThat(runs).extracting(Handling::attempt).containsExactly(1, 2, 3, 4);
            for (int i = 0; i < delays.length; i++) {
                long millis = TimeUnit.NANOSECONDS.toMillis(
                        runs.get(i + 1).startNanos() - runs.get(i).endNanos());
                assertThat(millis)
                        .as("milliseconds before attempt " + (i + 2) + " of " + event)
                        .isBetween(delays[i] * 8 / 10, delays[i] * 12 / 10);
            }
        }
    }

    @Behaviour("C080")
    @Tag("C080")
    void terminalExceptionsAreDeadLetteredAtOnceAndOthersAfterTheLastAttempt() {
        Scenario s = scenario();
        Node node = s.connect();
        SubscriptionSpec.Builder spec = s.spec()
                .retryPolicy(new RetryPolicy(
                        3,
                        Duration.ofMillis(10),
                        Duration.ofMillis(20),
                        1.0,
                        0.0,
                        IllegalArgumentException.class::isInstance));
        node.collectDeadLetters(spec.build().deadLetterTopic());
        Envelope terminal = s.event("terminal");
        Envelope passing = s.event("passing");
        node.subscribe(spec, delivery -> {
            String id = delivery.envelope().eventId();
            if (id.equals(terminal.eventId())) {
                throw new NumberFormatException("thrown by the kit, on purpose");
            }
            if (id.equals(passing.eventId())) {
                throw new IllegalStateException("thrown by the kit, on purpose");
            }
            return Outcome.ack();
        });
        node.publish(List.of(terminal, passing));
        node.publish(s.eventsOf("terminal", 5));
        node.publish(s.eventsOf("passing", 5));
        Reading reading = s.awaitHandled();
        assertThat(s.ledger().deadLettered()).containsExactlyInAnyOrder(terminal.eventId(), passing.eventId());
        assertThat(reading.handlings(terminal.eventId())).hasSize(1);
        assertThat(reading.handlings(passing.eventId())).hasSize(3);
        assertThat(s.ledger().deadLetterFacts(terminal.eventId()).attempts()).isEqualTo(1);
        assertThat(s.ledger().deadLetterFacts(passing.eventId()).attempts()).isEqualTo(3);
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C081")
    @Tag("C081")
    void duringTheBackOffOfAKeyNothingLaterOfItStartsAndOthersGoOn() {
        Scenario s = scenario();
        Node node = s.connect();
        Gate mended = s.gate();
        Envelope failing = s.event("failing");
        List<Envelope> later = s.eventsOf("failing", 20);
        node.subscribe(
                s.spec(),
                delivery -> delivery.envelope().eventId().equals(failing.eventId()) && !mended.isOpen()
                        ? Outcome.retry()
                        : Outcome.ack());
        node.publish(failing);
        node.publish(later);
        node.publish(s.events(400, 20));
        s.await("the others are handled", () -> s.reading().handled() == 400);
        s.await(
                "it was tried a few times",
                () -> s.reading().handlings(failing.eventId()).size() >= 5);
        for (Envelope event : later) {
            assertThat(s.reading().handlings(event.eventId()))
                    .as("runs of a later event of the key")
                    .isEmpty();
        }
        mended.open();
        Reading reading = s.awaitHandled();
        assertThat(reading.overlaps()).isEmpty();
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C082")
    @Tag("C082")
    void backOffUsesNoWorker() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", 1).with("global-workers", 1));
        Subscription subscription = node.subscribe(
                s.spec().retryPolicy(NOT_SOON),
                delivery -> isFailing(delivery.envelope()) ? Outcome.retry() : Outcome.ack());
        for (int i = 0; i < 200; i++) {
            node.publish(s.event("failing-" + i));
        }
        List<Envelope> unkeyed = s.eventsOf(null, 50);
        for (Envelope event : unkeyed) {
            node.publish(event.toBuilder().traceId("failing").build());
        }
        s.await("all wait", () -> subscription.stats().waitingForRetry() == 250);
        node.publish(s.events(20, 4));
        node.publish(s.eventsOf(null, 10));
        s.await("the one worker handles the others", () -> s.reading().handled() == 30);
        assertThat(s.reading().running()).isZero();
        assertThat(subscription.stats().waitingForRetry()).isEqualTo(250);
        node.close();
        s.connect().subscribe(s.spec());
        assertThat(s.awaitHandled().handled()).isEqualTo(280);
        // What was done behind events that wait may come again.
        s.allowDuplicates(30);
    }

    private static boolean isFailing(Envelope envelope) {
        return "failing".equals(envelope.traceId())
                || String.valueOf(envelope.aggregateId()).startsWith("failing");
    }

    @Behaviour("C083")
    @Tag("C083")
    void backOffLongerThanEveryDeadlineKeepsItsEvent() {
        Scenario s = scenario();
        Duration longer = s.silence().multipliedBy(3).dividedBy(2);
        Node node = s.connect();
        node.subscribe(
                s.spec()
                        .retryPolicy(
                                RetryPolicy.DEFAULT.withBackoff(longer, longer).withJitter(0)),
                delivery ->
                        isFailing(delivery.envelope()) && delivery.attempt() == 1 ? Outcome.retry() : Outcome.ack());
        List<Envelope> failing = List.of(s.event("failing-1"), s.event("failing-2"), s.event("failing-3"));
        node.publish(failing);
        node.publish(s.events(100, 10));
        Reading reading = s.awaitHandled();
        for (Envelope event : failing) {
            assertThat(reading.handlings(event.eventId()))
                    .as("runs by the one subscription, which never lost the event")
                    .extracting(Handling::attempt)
                    .containsExactly(1, 2);
        }
        assertThat(reading.starts()).as("nothing was handled twice").isEqualTo(106);
    }

    @Behaviour("C084")
    @Tag("C084")
    @RequiresCapability(Capability.SHARED_ORDERED_GROUP)
    void whatIsRevokedDuringItsBackOffGoesToTheNewOwner() {
        Scenario s = scenario();
        Node publisher = s.connect();
        Node first = s.connect();
        Subscription owner = first.subscribe(s.spec().retryPolicy(NOT_SOON), delivery -> Outcome.retry());
        publisher.publish(s.events(48, 16));
        s.await("every key waits", () -> owner.stats().waitingForRetry() == 48);
        Node second = s.connect();
        second.subscribe(s.spec());
        s.await("what was revoked is handled by the other", () -> s.reading().handled() > 0);
        CloseReport report = owner.close(Duration.ofSeconds(20));
        assertThat(report.clean()).isTrue();
        Reading reading = s.awaitHandled();
        assertThat(reading.handlings())
                .as("the owner's retries never came")
                .filteredOn(run -> run.node().equals(first.toString()))
                .hasSize(16)
                .extracting(Handling::attempt)
                .containsOnly(1);
        assertThat(reading.starts()).as("and the other handled each once").isEqualTo(16 + 48);
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C084")
    @Tag("C084")
    void whatWaitsWhenItsOwnerDiesGoesToTheNewOwner() {
        Scenario s = scenario();
        Node publisher = s.connect();
        Node first = s.connect();
        Subscription owner = first.subscribe(s.spec().retryPolicy(NOT_SOON), delivery -> Outcome.retry());
        publisher.publish(s.events(48, 16));
        s.await("every key waits", () -> owner.stats().waitingForRetry() == 48);
        first.crash();
        s.connect().subscribe(s.spec());
        Reading reading = s.awaitHandled();
        assertThat(reading.starts()).isEqualTo(16 + 48);
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C085")
    @Tag("C085")
    void stopDuringTheBackOffNeitherDeadLettersNorLosesTheEvent() {
        Scenario s = scenario();
        Node node = s.connect();
        SubscriptionSpec.Builder spec = s.spec().retryPolicy(NOT_SOON);
        node.collectDeadLetters(spec.build().deadLetterTopic());
        Subscription stopped = node.subscribe(spec, delivery -> {
            throw new IllegalStateException("thrown by the kit, on purpose");
        });
        node.publish(s.events(30, 10));
        node.publish(s.eventsOf(null, 10));
        s.await("all wait", () -> stopped.stats().waitingForRetry() == 40);
        CloseReport report = stopped.close(Duration.ofSeconds(20));
        assertThat(report.clean()).isTrue();
        assertThat(report.eventsGivenBack()).isEqualTo(40);
        assertThat(stopped.stats().deadLettered()).isZero();
        node.subscribe(spec);
        Reading reading = s.awaitHandled();
        assertThat(s.ledger().deadLettered()).isEmpty();
        assertThat(reading.handled()).isEqualTo(40);
        assertThat(reading.starts()).as("first attempts, then everything once").isEqualTo(20 + 40);
        KeyedOrderContract.assertInOrder(s, reading);
    }
}
