package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Envelope;
import io.eventbus.api.Health;
import io.eventbus.api.SubscriptionSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section I, third part: topics and groups that are deleted under a running subscription. */
@DisplayName("I. deleted topics and groups")
abstract class DeletedTopicContract extends ContractSection {

    private static final int IN_FLIGHT = 100;

    DeletedTopicContract(ContractSuite suite) {
        super(suite);
    }

    @Behaviour("C114")
    @Tag("C114")
    void subscriptionOfADeletedTopicIsDownAndSaysWhyUntilTheTopicIsThereAgain() {
        Scenario s = scenario();
        s.requireDeletableTopics();
        Node maker = s.connect();
        maker.subscribe(s.spec()).close();
        maker.publish(s.events(50, 5));
        s.awaitAcknowledged();
        Node node = s.connect(KitOptions.DEFAULT.withTopologyNever());
        node.subscribe(s.spec());
        s.awaitHandled();
        long deleted = System.nanoTime();
        s.deleteTopic();
        s.await("the health says that the topic is gone", () -> saysGone(s, node));
        s.measure("told after", Duration.ofNanos(System.nanoTime() - deleted));
        s.stays("it stays down", Duration.ofSeconds(2), () -> saysGone(s, node));
        Node again = s.connect();
        again.subscribe(s.spec()).close();
        again.publish(s.eventsOf("later", 50));
        s.awaitAcknowledged();
        s.awaitHandled();
        s.await("it is healthy again", () -> node.bus().health().status() == Health.Status.UP);
        s.allowDuplicates(s.unsettled(IN_FLIGHT));
    }

    private static boolean saysGone(Scenario s, Node node) {
        for (Health.Component component : node.bus().health().components()) {
            String detail = component.detail();
            if (component.status() == Health.Status.DOWN
                    && component.name().contains(s.topic().name())
                    && detail.matches("(?s).*(is gone|does not exist|not found|deleted).*")) {
                return true;
            }
        }
        return false;
    }

    @Behaviour("C114")
    @Tag("C114")
    void deletedTopicIsMadeAgainUnderTheRunningSubscription() {
        Scenario s = scenario();
        s.requireDeletableTopics();
        Node node = s.connect();
        node.subscribe(s.spec().maxInFlight(IN_FLIGHT));
        Node publisher = s.connect(KitOptions.DEFAULT.withTopologyNever().with("delivery-timeout", "3s"));
        publisher.publish(s.events(100, 10));
        s.awaitAcknowledged();
        s.awaitHandled();
        for (int time = 1; time <= 2; time++) {
            long deleted = System.nanoTime();
            s.deleteTopic();
            // The publisher makes no topics: that it can publish again is the subscription's doing.
            AtomicInteger probes = new AtomicInteger();
            String round = "round-" + time + "-";
            s.await("the topic takes events again", () -> {
                Publication probe = publisher.publish(s.event(round + "probe-" + probes.incrementAndGet()));
                probe.awaitSettled(Scenario.PATIENCE);
                return probe.isAcknowledged();
            });
            s.measure("made again after", Duration.ofNanos(System.nanoTime() - deleted));
            for (int key = 0; key < 5; key++) {
                publisher.publish(s.eventsOf(round + key, 20));
            }
            s.awaitPublished();
            s.awaitHandled();
            s.await("it is healthy again", () -> node.bus().health().status() == Health.Status.UP);
        }
        s.allowDuplicates(2 * IN_FLIGHT);
        assertThat(Scenario.firstOf(s.ledger().reordered(s.reading()))).isEmpty();
    }

    @Behaviour("C114")
    @Tag("C114")
    void deletedGroupIsMadeAgainWhereItWas() {
        deletedGroupGoesOn(scenario(), scenario().spec());
    }

    @Behaviour("C114")
    @Tag("C114")
    void deletedGroupWithoutOrderIsMadeAgainWhereItWas() {
        deletedGroupGoesOn(scenario(), scenario().unordered());
    }

    private static void deletedGroupGoesOn(Scenario s, SubscriptionSpec.Builder spec) {
        Node publisher = s.connect();
        Node node = s.connect();
        node.subscribe(spec.maxInFlight(IN_FLIGHT));
        publisher.publish(s.events(3_000, 50));
        s.awaitAcknowledged();
        Reading reading = s.awaitHandled();
        s.stays("all is settled", s.broker().settleDelay(), () -> reading.duplicates() == 0);
        s.allowDuplicates(s.unsettled(IN_FLIGHT));
        s.deleteGroup();
        List<Envelope> later = s.eventsOf("later", 100);
        publisher.publish(later);
        s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(3_100);
        // What would be delivered again comes within moments, since nothing else is to be delivered.
        s.stays("nothing comes again", s.silence(), () -> reading.duplicates() <= s.duplicatesAllowed());
    }
}
