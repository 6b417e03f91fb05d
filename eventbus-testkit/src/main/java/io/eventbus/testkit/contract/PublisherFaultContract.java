package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Envelope;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section I, second part: publishing through restarts of the broker and through cuts. */
@DisplayName("I. publishers under faults")
abstract class PublisherFaultContract extends ContractSection {

    private static final int IN_FLIGHT = 200;
    private static final Duration OUTCOME = Duration.ofSeconds(130);

    PublisherFaultContract(ContractSuite suite) {
        super(suite);
    }

    @Behaviour("C109")
    @Tag("C109")
    void brokerMayRestartAtAThirdAndAtHalfOfTenThousandEvents() {
        Scenario s = scenario();
        s.requireKillable();
        int events = 10_000;
        int publishers = 100;
        Node publisher = s.connect(KitOptions.DEFAULT.with("delivery-timeout", "120s"));
        Node node = s.connect();
        node.subscribe(s.spec().maxInFlight(IN_FLIGHT));
        s.inParallel(publishers + 1, thread -> {
            if (thread == publishers) {
                restartAt(s, events / 3);
                restartAt(s, events / 2);
                return;
            }
            for (int i = 0; i < events / publishers; i++) {
                // Each waits for its outcome, as a publisher does that answers a request.
                awaitOutcome(publisher.publish(s.event("key-" + thread)));
            }
        });
        s.awaitAcknowledged();
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(events);
        KeyedOrderContract.assertInOrder(s, reading);
        assertThat(reading.overlaps()).isEmpty();
    }

    private static void restartAt(Scenario s, int acknowledged) {
        s.await("acknowledged " + acknowledged, () -> s.ledger().acknowledged() >= acknowledged);
        s.killBroker();
        s.allowMoreDuplicates(s.unsettled(IN_FLIGHT));
        s.startBroker();
    }

    private static void awaitOutcome(Publication publication) {
        try {
            publication.awaitSettled(OUTCOME);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Behaviour("C120")
    @Tag("C120")
    void whatWaitsForAReconnectIsBoundedAndKeepsItsOrder() {
        Scenario s = scenario();
        int window = 500;
        int keys = 40;
        int threads = 4;
        Node node = s.connect();
        node.subscribe(s.spec());
        Node publisher = s.connect(KitOptions.DEFAULT
                .with("max-in-flight", window)
                .with("when-full", "block")
                .with("max-block", "120s")
                .with("delivery-timeout", "120s"));
        publisher.publish(s.events(keys, keys));
        s.awaitAcknowledged();
        AtomicBoolean enough = new AtomicBoolean();
        s.inParallel(threads + 1, thread -> {
            if (thread == threads) {
                try {
                    cutWhilePublishing(s, publisher, window, window + threads);
                } finally {
                    publisher.link().restore();
                    enough.set(true);
                }
                return;
            }
            while (!enough.get()) {
                for (int key = thread; key < keys && !enough.get(); key += threads) {
                    Envelope event = s.event("key-" + key);
                    publisher.publish(event);
                }
            }
        });
        s.awaitAcknowledged();
        Reading reading = s.awaitHandled();
        KeyedOrderContract.assertInOrder(s, reading);
        assertThat(reading.overlaps()).isEmpty();
    }

    /** @param most the window, and one event in each thread that waits for a place in it */
    private static void cutWhilePublishing(Scenario s, Node publisher, int window, int most) {
        for (int cut = 1; cut <= 3; cut++) {
            long before = s.ledger().acknowledged();
            s.await("publishing goes on", () -> s.ledger().acknowledged() > before + 500);
            publisher.link().sever();
            s.await("the window is full", () -> s.ledger().withoutOutcome() >= window);
            s.await(
                    "what was acknowledged before the cut has been told",
                    () -> s.ledger().withoutOutcome() <= most);
            s.stays(
                    "no more than the window waits",
                    Duration.ofSeconds(2),
                    () -> s.ledger().withoutOutcome() <= most);
            publisher.link().restore();
        }
        long before = s.ledger().acknowledged();
        s.await("publishing goes on after the last cut", () -> s.ledger().acknowledged() > before + 500);
    }
}
