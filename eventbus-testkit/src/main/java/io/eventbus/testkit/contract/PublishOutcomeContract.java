package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section B, first half: what a publisher is told. */
@DisplayName("B. publish outcome")
abstract class PublishOutcomeContract extends ContractSection {

    PublishOutcomeContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C013")
    @Tag("C013")
    void everyPublishHasExactlyOneOutcomeAlsoOnTimeoutAndClose() {
        Scenario s = scenario();
        Node node = s.connect();
        node.publish(s.events(100, 10));
        s.awaitAcknowledged();
        node.link().sever();
        List<Publication> expired = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            PublishOptions options = PublishOptions.DEFAULT.withDeadline(Duration.ofSeconds(1));
            expired.add(node.publish(s.topic(), s.event(i % 2 == 0 ? null : "key-" + i % 5), options));
        }
        s.awaitPublished();
        assertThat(expired).allMatch(Publication::isFailed);
        node.publish(s.events(20, 5));
        node.publish(s.eventsOf(null, 20));
        node.bus().close(Duration.ofSeconds(1));
        // The ledger check counts the outcomes of each.
        s.awaitPublished();
        assertThat(s.ledger().acknowledged()).isEqualTo(100);
    }

    @Behaviour("C014")
    @Tag("C014")
    void whatWasAcknowledgedSurvivesTheDeathOfTheBroker() {
        Scenario s = scenario();
        s.requireKillable();
        Node node = s.connect();
        node.publish(s.event("first"));
        s.awaitAcknowledged();
        node.publish(s.events(2_000, 50));
        s.await("some are acknowledged", () -> s.ledger().acknowledged() > 300);
        s.killBroker();
        s.startBroker();
        s.awaitPublished();
        s.connect().subscribe(s.spec());
        Reading reading = s.awaitHandled();
        assertThat(s.ledger().missing(reading)).isEmpty();
    }

    @Behaviour("C014")
    @Tag("C014")
    void nothingIsAcknowledgedThatTheBrokerCannotHave() {
        Scenario s = scenario();
        s.requireKillable();
        Node node = s.connect();
        node.publish(s.event("first"));
        s.awaitAcknowledged();
        node.link().stall();
        node.publish(s.events(100, 10));
        s.stays(
                "nothing is acknowledged while nothing reaches the broker",
                Duration.ofSeconds(1),
                () -> s.ledger().acknowledged() == 1);
        s.killBroker();
        node.link().unstall();
        s.startBroker();
        s.awaitAcknowledged();
        s.connect().subscribe(s.spec());
        assertThat(s.awaitHandled().handled()).isEqualTo(101);
    }

    @Behaviour("C015")
    @Tag("C015")
    void positionsOfOneKeyIncrease() {
        Scenario s = scenario();
        Node node = s.connect();
        node.publish(s.events(500, 5));
        s.awaitAcknowledged();
        Map<String, Position> last = new HashMap<>();
        for (Publication publication : s.ledger().publications()) {
            Position position = publication.position();
            Position before = last.put(String.valueOf(publication.envelope().aggregateId()), position);
            if (before != null) {
                assertThat(position.log()).isEqualTo(before.log());
                assertThat(position.partition()).as("one key, one partition").isEqualTo(before.partition());
                assertThat(position.offset()).isGreaterThan(before.offset());
            }
        }
    }

    @Behaviour("C016")
    @Tag("C016")
    void unreachableBrokerFailsPublishesRetriablyAtTheDeliveryTimeout() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.with("delivery-timeout", "5s"));
        node.publish(s.event("key"));
        s.awaitAcknowledged();
        node.link().sever();
        List<Publication> lost = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            lost.add(node.publish(s.event(i < 5 ? "key" : null)));
        }
        s.awaitPublished();
        for (Publication publication : lost) {
            PublishResult.Failed failure = publication.failure();
            assertThat(failure.retriable()).as("retriable: " + failure).isTrue();
            assertThat(reasonOf(failure.error())).isIn(Reason.TIMEOUT, Reason.DISCONNECTED, Reason.UNAVAILABLE);
            assertThat(TimeUnit.NANOSECONDS.toMillis(publication.nanosToSettle()))
                    .as("milliseconds to " + failure.error())
                    .isBetween(4_500L, 5_500L);
        }
        node.link().restore();
        s.await("publishing works again", () -> {
            Publication publication = node.publish(s.event("key"));
            publication.awaitSettled(Duration.ofSeconds(10));
            return publication.isAcknowledged();
        });
    }

    @Behaviour("C017")
    @Tag("C017")
    void unknownTopicThatMustNotBeMadeFailsTerminally() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.withTopologyNever());
        Publication keyed = node.publish(s.event("key"));
        Publication unkeyed = node.publish(s.event(null));
        s.await("both fail long before the delivery timeout", Duration.ofSeconds(15), s.ledger()::allSettled);
        for (Publication publication : List.of(keyed, unkeyed)) {
            assertThat(publication.failure())
                    .as(publication.toString())
                    .isNotNull()
                    .satisfies(failure -> {
                        assertThat(failure.retriable())
                                .as("retriable: " + failure)
                                .isFalse();
                        assertThat(failure.error())
                                .hasMessageContaining(s.topic().name());
                    });
        }
    }

    @Behaviour("C018")
    @Tag("C018")
    void blockedCallbackDelaysNoOtherAcknowledgement() {
        Scenario s = scenario();
        Node node = s.connect();
        Gate gate = s.gate();
        Publication blocked = node.publish(s.event("blocked"), result -> gate.passStubbornly());
        s.await("the callback runs", blocked::isSettled);
        node.publish(s.events(500, 20));
        node.publish(s.eventsOf("blocked", 10));
        s.awaitAcknowledged();
        assertThat(gate.isOpen()).isFalse();
        gate.open();
    }

    @Behaviour("C019")
    @Tag("C019")
    void throwingCallbackChangesNothingElse() {
        Scenario s = scenario();
        Node node = s.connect();
        for (int i = 0; i < 20; i++) {
            boolean error = i % 2 == 0;
            node.publish(s.event("key-" + i % 3), result -> {
                if (error) {
                    throw new AssertionError("an error thrown by the kit's callback, on purpose");
                }
                throw new IllegalStateException("an exception thrown by the kit's callback, on purpose");
            });
        }
        node.publish(s.events(100, 3));
        s.awaitAcknowledged();
        node.subscribe(s.spec());
        assertThat(s.ledger().reordered(s.awaitHandled())).isEmpty();
    }

    private static Reason reasonOf(EventBusException error) {
        assertThat(error).isInstanceOf(PublishException.class);
        return ((PublishException) error).reason();
    }
}
