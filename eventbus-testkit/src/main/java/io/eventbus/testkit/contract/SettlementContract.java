package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.CloseReport;
import io.eventbus.api.Envelope;
import io.eventbus.api.Outcome;
import io.eventbus.api.Subscription;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section F, second half: which outcomes count, and once. */
@DisplayName("F. settlement")
abstract class SettlementContract extends ContractSection {

    SettlementContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C071")
    @Tag("C071")
    void handlerPastItsTimeIsInterruptedAndItsLateOutcomeDoesNotCount() {
        Scenario s = scenario();
        Node node = s.connect();
        Gate never = s.gate();
        Gate late = s.gate();
        Set<String> interrupted = ConcurrentHashMap.newKeySet();
        Envelope slow = s.event("key");
        node.subscribe(s.spec().maxProcessingTime(Duration.ofMillis(500)), delivery -> {
            if (delivery.envelope().eventId().equals(slow.eventId()) && delivery.attempt() == 1) {
                try {
                    never.pass();
                } catch (InterruptedException e) {
                    interrupted.add(slow.eventId());
                    late.passStubbornly();
                }
            }
            return Outcome.ack();
        });
        node.publish(slow);
        node.publish(s.eventsOf("key", 2));
        s.await("the handler is interrupted", () -> interrupted.contains(slow.eventId()));
        s.stays(
                "nothing of the key runs beside it",
                Duration.ofSeconds(1),
                () -> s.reading().starts() == 1);
        late.open();
        Reading reading = s.awaitHandled();
        s.await("it is handled again", () -> reading.handlings(slow.eventId()).size() == 2);
        assertThat(reading.handlings(slow.eventId()))
                .extracting(Handling::attempt)
                .containsExactly(1, 2);
        s.allowDuplicates(1);
        s.await("the others follow", () -> reading.handled() == 3);
        assertThat(reading.handlings()).extracting(Handling::eventId).startsWith(slow.eventId(), slow.eventId());
        assertThat(reading.overlaps()).as(OVERLAPS).isEmpty();
    }

    @Behaviour("C072")
    @Tag("C072")
    void outcomeAfterCloseIsWithoutEffect() {
        Scenario s = scenario();
        Node node = s.connect();
        Gate gate = s.gate();
        Subscription subscription = node.subscribe(s.spec(), delivery -> {
            gate.passStubbornly();
            return Outcome.ack();
        });
        node.publish(s.eventsOf("key", 3));
        s.await("a handler runs", () -> s.reading().running() == 1);
        CloseReport report = subscription.close(Duration.ofSeconds(1));
        assertThat(report.handlersRunning()).isEqualTo(1);
        assertThat(subscription.close(Duration.ofSeconds(1)))
                .as("report of the second close")
                .isEqualTo(report);
        gate.open();
        s.await("the late handler returns", () -> s.reading().running() == 0);
        node.subscribe(s.spec());
        s.await(
                "all are handled",
                () -> s.reading().handled() == 3 && s.reading().starts() == 4);
        assertThat(s.reading().overlaps()).as(OVERLAPS).isEmpty();
        s.allowDuplicates(1);
    }

    @Behaviour("C072")
    @Tag("C072")
    void outcomeAfterACutOfTheConnectionDoesNoHarm() {
        Scenario s = scenario();
        Node node = s.connect();
        Gate gate = s.gate();
        node.subscribe(s.spec(), delivery -> {
            gate.pass();
            return Outcome.ack();
        });
        node.publish(s.events(20, 2));
        s.awaitAcknowledged();
        s.await("both keys run", () -> s.reading().running() == 2);
        node.link().cut();
        gate.open();
        node.publish(s.events(20, 2));
        Reading reading = s.awaitHandled();
        assertThat(reading.overlaps()).as(OVERLAPS).isEmpty();
        KeyedOrderContract.assertInOrder(s, reading);
        s.allowDuplicates(20);
    }

    @Behaviour("C073")
    @Tag("C073")
    void positionNeverPassesAnEventThatIsNotDone() {
        Scenario s = scenario();
        Node publisher = s.connect();
        Node owner = s.connect();
        Gate never = s.gate();
        List<Envelope> stuck = s.eventsOf("stuck", 5);
        publisher.publish(stuck);
        owner.subscribe(s.spec(), delivery -> {
            if ("stuck".equals(delivery.envelope().aggregateId())) {
                never.pass();
            }
            return Outcome.ack();
        });
        publisher.publish(s.events(400, 40));
        s.awaitAcknowledged();
        s.await("all others are done", () -> s.reading().handled() == 400);
        s.stays(
                "settled as far as may be",
                s.broker().settleDelay(),
                () -> s.reading().running() == 1);
        owner.crash();
        s.connect().subscribe(s.spec());
        Reading reading = s.awaitHandled();
        for (Envelope event : stuck) {
            assertThat(reading.hasHandled(event.eventId())).isTrue();
        }
        KeyedOrderContract.assertInOrder(s, reading);
        s.allowDuplicates(400);
    }

    @Behaviour("C074")
    @Tag("C074")
    void errorOfAHandlerIsAFailedAttemptAndTheWorkerSurvives() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", 2).with("global-workers", 2));
        AtomicInteger thrown = new AtomicInteger();
        node.subscribe(s.spec(), delivery -> {
            if (delivery.attempt() > 1) {
                return Outcome.ack();
            }
            throw switch (thrown.getAndIncrement() % 4) {
                case 0 -> new AssertionError("thrown by the kit, on purpose");
                case 1 -> new StackOverflowError("thrown by the kit, on purpose");
                case 2 -> new NoClassDefFoundError("thrown by the kit, on purpose");
                default -> new OutOfMemoryError("thrown by the kit, on purpose");
            };
        });
        node.publish(s.events(40, 8));
        node.publish(s.eventsOf(null, 20));
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(60);
        assertThat(reading.starts()).as("two attempts each").isEqualTo(120);
    }

    @Behaviour("C075")
    @Tag("C075")
    void interruptedHandlerIsAFailedAttemptAndTheFlagGoesNoFurther() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", 1).with("global-workers", 1));
        Set<String> leaked = ConcurrentHashMap.newKeySet();
        node.subscribe(s.spec(), delivery -> {
            if (Thread.currentThread().isInterrupted()) {
                leaked.add(delivery.envelope().eventId());
            }
            Thread.currentThread().interrupt();
            if (delivery.attempt() == 1) {
                throw new InterruptedException("thrown by the kit, on purpose");
            }
            return Outcome.ack();
        });
        node.publish(s.events(20, 4));
        node.publish(s.eventsOf(null, 10));
        Reading reading = s.awaitHandled();
        assertThat(leaked).as("handlers that started interrupted").isEmpty();
        assertThat(reading.starts()).as("two attempts each").isEqualTo(60);
    }

    @Behaviour("C076")
    @Tag("C076")
    void lostAcknowledgementGivesADuplicateWithTheSameIdOrNone() {
        Scenario s = scenario();
        Node publisher = s.connect();
        Node node = s.connect();
        Set<String> inbox = ConcurrentHashMap.newKeySet();
        AtomicInteger effects = new AtomicInteger();
        AtomicInteger handled = new AtomicInteger();
        // Few in flight, so that each cut finds some in the pipe.
        node.subscribe(s.spec().maxInFlight(20), delivery -> {
            if (inbox.add(delivery.envelope().eventId())) {
                effects.incrementAndGet();
            }
            if (handled.incrementAndGet() % 40 == 0) {
                node.link().cut();
            }
            return Outcome.ack();
        });
        publisher.publish(s.events(200, 10));
        Reading reading = s.awaitHandled();
        assertThat(effects).as("effects").hasValue(200);
        assertThat(reading.overlaps()).as(OVERLAPS).isEmpty();
        KeyedOrderContract.assertInOrder(s, reading);
        s.allowDuplicates(200);
    }

    @Behaviour("C077")
    @Tag("C077")
    void failedEventIsHandledAgainAlsoByAnotherOwner() {
        Scenario s = scenario();
        Node publisher = s.connect();
        Node owner = s.connect();
        owner.subscribe(s.spec(), delivery -> {
            throw new IllegalStateException("thrown by the kit, on purpose");
        });
        publisher.publish(s.events(50, 50));
        publisher.publish(s.events(50, 50));
        s.awaitAcknowledged();
        s.await("every key has failed twice", () -> s.reading().starts() >= 100);
        owner.crash();
        s.connect().subscribe(s.spec(), new FlakyHandler(s, 1));
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(100);
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C078")
    @Tag("C078")
    void redeliveryOfAnEventInProgressNeverRunsBesideIt() {
        Scenario s = scenario();
        Node publisher = s.connect();
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", 4).with("global-workers", 4));
        Gate gate = s.gate();
        node.subscribe(s.spec(), delivery -> {
            gate.pass();
            return Outcome.ack();
        });
        publisher.publish(s.event("key"));
        publisher.publish(s.event(null));
        s.await("both run", () -> s.reading().running() == 2);
        node.link().stall();
        Duration longer = s.silence().multipliedBy(3).dividedBy(2);
        s.stays("both still run, and alone", longer, () -> s.reading().starts() == 2);
        node.link().unstall();
        publisher.publish(s.event("other"));
        s.await("the connection works again", () -> s.reading().starts() > 2);
        assertThat(s.reading().overlaps()).as(OVERLAPS).isEmpty();
        gate.open();
        Reading reading = s.awaitHandled();
        assertThat(reading.overlaps()).as("runs beside a run of the same event").isEmpty();
        s.allowDuplicates(2);
    }
}
