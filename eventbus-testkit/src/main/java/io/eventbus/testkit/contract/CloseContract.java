package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.CloseReport;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Health;
import io.eventbus.api.Outcome;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.Subscription;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section H, first half: the end of a subscription and of a bus. */
@DisplayName("H. close")
abstract class CloseContract extends ContractSection {

    private static final Duration LONG = Duration.ofSeconds(20);

    /** What a machine under load may take beyond the time given to a close. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    CloseContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C098")
    @Tag("C098")
    void tenClosesAtOnceAllReturnTheOneReport() {
        Scenario s = scenario();
        Node node = s.connect();
        Subscription subscription = node.subscribe(s.spec(), delivery -> {
            Work.upTo(5);
            return Outcome.ack();
        });
        node.publish(s.events(500, 20));
        s.await("some are handled", () -> s.reading().handled() >= 50);
        List<CloseReport> ofSubscription = new CopyOnWriteArrayList<>();
        s.inParallel(10, thread -> ofSubscription.add(subscription.close(LONG)));
        assertThat(Set.copyOf(ofSubscription)).as("reports " + ofSubscription).hasSize(1);
        assertThat(ofSubscription.get(0).clean()).isTrue();
        List<CloseReport> ofBus = new CopyOnWriteArrayList<>();
        s.inParallel(10, thread -> ofBus.add(node.bus().close(LONG)));
        assertThat(Set.copyOf(ofBus)).as("reports " + ofBus).hasSize(1);
        assertThat(ofBus.get(0).clean()).isTrue();
        assertThat(node.bus().close(Duration.ZERO)).isEqualTo(ofBus.get(0));
        assertThat(subscription.close(Duration.ZERO)).isEqualTo(ofSubscription.get(0));
        s.connect().subscribe(s.spec());
    }

    @Behaviour("C099")
    @Tag("C099")
    void closeWaitsForABlockedHandlerNoLongerThanAskedAndItsEventComesAgain() {
        Scenario s = scenario();
        Node node = s.connect();
        Gate gate = s.gate();
        node.subscribe(s.spec(), blocked(gate));
        node.publish(s.event("key"));
        s.await("the handler runs", () -> s.reading().running() == 1);
        s.awaitAcknowledged();
        Duration asked = Duration.ofSeconds(3);
        long start = System.nanoTime();
        CloseReport report = node.bus().close(asked);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertThat(report.handlersRunning()).isEqualTo(1);
        assertThat(report.publishesFailed()).isZero();
        assertThat(took).isBetween(asked.dividedBy(2), asked.plus(SLACK));
        s.connect().subscribe(s.spec());
        s.await("its event comes again", () -> s.reading().starts() == 2);
        gate.open();
        s.allowDuplicates(1);
    }

    @Behaviour("C099")
    @Tag("C099")
    void blockedHandlerTakesNothingFromTheTimeOfOtherSubscriptions() {
        Scenario s = scenario();
        Node node = s.connect();
        Gate gate = s.gate();
        Topic calmTopic = s.topic("calm");
        Reading calm = s.ledger().reading(s.group(), calmTopic);
        node.subscribe(s.spec(), blocked(gate));
        node.subscribe(s.spec(calmTopic, s.group()).concurrency(1), delivery -> {
            Work.of(Duration.ofMillis(50));
            return Outcome.ack();
        });
        node.publish(s.event("key"));
        s.eventsOf("key", 20).forEach(event -> node.publish(calmTopic, event, PublishOptions.DEFAULT));
        s.awaitAcknowledged();
        s.await("both run", () -> s.reading().running() == 1 && calm.running() == 1);
        CloseReport report = node.bus().close(Duration.ofSeconds(6));
        assertThat(report.handlersRunning()).as("only the blocked one").isEqualTo(1);
        assertThat(report.eventsGivenBack()).as("received and not handled").isZero();
        Node next = s.connect();
        next.subscribe(s.spec());
        next.subscribe(s.spec(calmTopic, s.group()));
        s.await("the blocked one comes again", () -> s.reading().starts() == 2);
        gate.open();
        s.awaitHandled(calmTopic, s.group());
        assertThat(calm.starts()).as("each is handled once").isEqualTo(20);
        s.allowDuplicates(1);
    }

    @Behaviour("C100")
    @Tag("C100")
    void orderlyCloseUnderLoadGivesNoDuplicatesAndLosesNothingThatHandlersPublish() {
        Scenario s = scenario();
        int events = 1_200;
        Topic followUps = s.topic("follow-ups");
        Node publisher = s.connect();
        publisher.publish(s.events(events, 40));
        for (int stop = 1; stop <= 3; stop++) {
            int mark = stop * events / 5;
            Node node = s.connect();
            node.subscribe(s.spec(), delivery -> {
                Work.upTo(3);
                node.publish(followUps, s.event(delivery.envelope().aggregateId()), PublishOptions.DEFAULT);
                return Outcome.ack();
            });
            s.await("handled " + mark, () -> s.reading().handled() >= mark);
            CloseReport report = node.bus().close(LONG);
            assertThat(report.clean()).as(report.toString()).isTrue();
        }
        s.connect().subscribe(s.spec());
        Reading reading = s.awaitHandled();
        assertThat(reading.starts()).as("every event is started once").isEqualTo(events);
        s.awaitAcknowledged();
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C101")
    @Tag("C101")
    void eventsReceivedAndNotStartedGoToOthersAtOnce() {
        Scenario s = scenario();
        int received = 50;
        Gate gate = s.gate();
        Node publisher = s.connect();
        Node heir = s.connect();
        Subscription leaving = s.connect().subscribe(s.unordered().concurrency(1), blocked(gate));
        publisher.publish(s.events(received, 10));
        s.await("all are received", () -> leaving.stats().inFlight() == received);
        CloseReport report = leaving.close(Duration.ofSeconds(1));
        long left = System.nanoTime();
        assertThat(report.handlersRunning()).isEqualTo(1);
        assertThat(report.eventsGivenBack()).isEqualTo(received - 1);
        heir.subscribe(s.unordered());
        Reading reading = s.reading();
        s.await("the others are handled", () -> reading.handled() >= received - 1);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - left);
        Duration atOnce = s.broker()
                .ackDeadline()
                .map(deadline -> deadline.dividedBy(2))
                .orElse(s.broker().takeOver());
        assertThat(millis).as("milliseconds until another had them").isLessThan(atOnce.toMillis());
        s.await("the one that was running comes again", () -> reading.starts() == received + 1);
        gate.open();
        s.allowDuplicates(1);
    }

    @Behaviour("C102")
    @Tag("C102")
    void closedBusSaysSoAndANewOneGoesOn() {
        Scenario s = scenario();
        Node closed = s.connect();
        Subscription subscription = closed.subscribe(s.spec());
        closed.publish(s.events(50, 5));
        s.awaitHandled();
        closed.bus().close(LONG);
        assertThatThrownBy(() -> closed.subscribe(s.spec()))
                .isInstanceOfSatisfying(
                        BusClosedException.class,
                        refusal -> assertThat(refusal.retriable()).isFalse())
                .hasMessageContaining("start a new one");
        Publication late = closed.publish(s.event("key-0"));
        s.awaitPublished();
        assertThat(late.failure().error()).isInstanceOf(BusClosedException.class);
        subscription.pause();
        subscription.resume();
        assertThat(subscription.close(Duration.ZERO).clean()).isTrue();
        assertThat(closed.bus().health().status()).isEqualTo(Health.Status.DOWN);
        assertThat(closed.bus().describe().adapter()).isEqualTo(s.broker().name());
        Node next = s.connect();
        next.subscribe(s.spec());
        next.publish(s.events(50, 5));
        Reading reading = s.awaitHandled();
        assertThat(reading.starts()).as("every event is started once").isEqualTo(100);
    }

    @Behaviour("C103")
    @Tag("C103")
    void subscriptionClosedAndOpenedFiveTimesLosesNothing() {
        Scenario s = scenario();
        int events = 5_000;
        int times = 5;
        Node node = s.connect();
        node.publish(s.events(events, 50));
        for (int time = 1; time <= times; time++) {
            int mark = time * events / (times + 2);
            Subscription subscription = node.subscribe(s.spec().maxInFlight(200), delivery -> {
                if (Math.floorMod(delivery.envelope().eventId().hashCode(), 10) == 0) {
                    Work.upTo(5);
                }
                return Outcome.ack();
            });
            s.await("handled " + mark, () -> s.reading().handled() >= mark);
            CloseReport report = subscription.close(LONG);
            assertThat(report.clean()).as(report.toString()).isTrue();
        }
        node.subscribe(s.spec());
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(events);
        KeyedOrderContract.assertInOrder(s, reading);
    }

    private static EventHandler blocked(Gate gate) {
        return delivery -> {
            gate.passStubbornly();
            return Outcome.ack();
        };
    }
}
