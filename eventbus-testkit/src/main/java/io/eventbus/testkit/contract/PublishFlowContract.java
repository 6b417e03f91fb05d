package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.Capability;
import io.eventbus.api.CloseReport;
import io.eventbus.api.Envelope;
import io.eventbus.api.Outcome;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishReceipt;
import io.eventbus.api.PublishResult;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section B, second half: order, batches, limits and the end of publishing. */
@DisplayName("B. publish flow")
abstract class PublishFlowContract extends ContractSection {

    private static final int WINDOW_BYTES = 256 * 1024;
    private static final int EVENT_BYTES = 16 * 1024;

    PublishFlowContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C020")
    @Tag("C020")
    void publishesOfOneKeyAreStoredInCallOrderThoughConnectionsBreak() {
        Scenario s = scenario();
        Node node = s.connect();
        node.publish(s.event("hot"));
        s.awaitAcknowledged();
        int cuts = 5;
        for (int cut = 1; cut <= cuts; cut++) {
            long acknowledged = s.ledger().acknowledged();
            node.publish(s.eventsOf("hot", 100));
            node.publish(s.events(400, 4));
            s.await("some are acknowledged", () -> s.ledger().acknowledged() > acknowledged + 100);
            node.link().cut();
        }
        s.awaitAcknowledged();
        s.connect().subscribe(s.spec());
        Reading reading = s.awaitHandled();
        assertThat(s.ledger().reordered(reading)).as("stored behind later ones").isEmpty();
        if (!s.has(Capability.PUBLISH_DEDUPLICATION) && !s.has(Capability.PIPELINED_KEY_ORDER)) {
            s.allowDuplicates(s.ledger().publications().size());
        }
    }

    @Behaviour("C021")
    @Tag("C021")
    void oneBadEventOfABatchFailsAlone() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.with("max-payload-bytes", "64KiB"));
        List<Envelope> batch = new ArrayList<>(s.events(50, 5));
        Envelope bad = s.event("key-1").toBuilder()
                .contentType("application/octet-stream")
                .payload(s.bytes(64 * 1024 + 1))
                .build();
        batch.add(25, bad);
        List<PublishResult> results = new CopyOnWriteArrayList<>();
        node.publishAll(batch, results::addAll);
        s.await("every event of the batch has its outcome", () -> results.size() >= batch.size());
        assertThat(results)
                .extracting(PublishResult::eventId)
                .containsExactlyInAnyOrderElementsOf(
                        batch.stream().map(Envelope::eventId).toList());
        assertThat(results)
                .filteredOn(PublishResult.Failed.class::isInstance)
                .extracting(PublishResult::eventId)
                .containsExactly(bad.eventId());
        node.subscribe(s.spec());
        assertThat(s.awaitHandled().handled()).isEqualTo(50);
    }

    @Behaviour("C022")
    @Tag("C022")
    @RequiresCapability(Capability.PUBLISH_DEDUPLICATION)
    void eventPublishedTwiceIsStoredOnce() {
        Scenario s = scenario();
        Node node = s.connect();
        Envelope keyed = s.event("twice");
        Envelope unkeyed = s.event(null);
        for (Envelope event : List.of(keyed, unkeyed)) {
            node.publish(event);
            s.awaitAcknowledged();
            node.publish(event);
            s.awaitAcknowledged();
            List<PublishReceipt> receipts = s.ledger().publication(event.eventId()).results().stream()
                    .map(result -> ((PublishResult.Acknowledged) result).receipt())
                    .toList();
            assertThat(receipts).extracting(PublishReceipt::duplicate).containsExactly(false, true);
        }
        node.subscribe(s.spec());
        node.publish(s.event("twice"));
        Reading reading = s.awaitHandled();
        assertThat(reading.starts()).isEqualTo(3);
    }

    @Behaviour("C023")
    @Tag("C023")
    void closeFlushesWhatWasPublished() {
        Scenario s = scenario();
        Node node = s.connect();
        s.inParallel(8, thread -> {
            for (int i = 0; i < 1_250; i++) {
                node.publish(s.event("thread-" + thread + "-" + i % 20));
            }
        });
        CloseReport report = node.bus().close(Duration.ofSeconds(30));
        s.awaitPublished();
        long failed = s.ledger().publications().size() - s.ledger().acknowledged();
        assertThat(report.publishesFailed()).isEqualTo((int) failed);
        assertThat(failed).as("publishes not flushed though there was time").isZero();
        s.connect().subscribe(s.spec());
        assertThat(s.awaitHandled().handled()).isEqualTo(10_000);
    }

    @Behaviour("C024")
    @Tag("C024")
    void publishAfterCloseFailsAtOnce() {
        Scenario s = scenario();
        Node node = s.connect();
        node.publish(s.event("key"));
        s.awaitAcknowledged();
        node.bus().close(Duration.ofSeconds(10));
        Publication late = node.publish(s.event("key"));
        s.await("the late publish fails", Duration.ofSeconds(5), late::isSettled);
        assertThat(late.failure().error()).isInstanceOf(BusClosedException.class);
        assertThatThrownBy(() -> node.subscribe(s.spec(s.topic(), "late"))).isInstanceOf(BusClosedException.class);
        s.leavePending("late");
        assertThat(node.bus().close(Duration.ofSeconds(1)).clean()).isTrue();
    }

    @Behaviour("C025")
    @Tag("C025")
    void windowOfBytesBoundsWhatIsInFlightByFailing() {
        Scenario s = scenario();
        Node node = s.connect(windowed().with("when-full", "fail"));
        openAndStall(s, node);
        for (int i = 0; i < 100; i++) {
            node.publish(bigEvent(s, i));
        }
        s.await("most fail at once", Duration.ofSeconds(10), () -> unsettled(s) <= WINDOW_BYTES / EVENT_BYTES + 1);
        assertThat(unsettled(s)).as("in flight").isPositive();
        for (Publication publication : s.ledger().publications()) {
            if (publication.isFailed()) {
                assertWindowFull(publication);
            }
        }
        node.link().unstall();
        s.awaitPublished();
        assertThat(s.ledger().acknowledged()).as("what was accepted is stored").isGreaterThan(1);
        node.publish(bigEvent(s, 0));
        s.await("the window is free again", s.ledger()::allSettled);
    }

    @Behaviour("C025")
    @Tag("C025")
    void windowOfBytesBoundsWhatIsInFlightByBlocking() {
        Scenario s = scenario();
        Node node = s.connect(windowed().with("when-full", "block").with("max-block", "5s"));
        openAndStall(s, node);
        List<Publication> waited = new ArrayList<>();
        for (int i = 0; waited.isEmpty() && i < 100; i++) {
            long start = System.nanoTime();
            Publication publication = node.publish(bigEvent(s, i));
            if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(4_500)) {
                waited.add(publication);
            }
        }
        assertThat(waited).as("publishes that waited").hasSize(1);
        Publication full = waited.get(0);
        s.await("it fails after the wait", Duration.ofSeconds(5), full::isSettled);
        assertWindowFull(full);
        assertThat(unsettled(s)).as("in flight").isBetween(1L, (long) WINDOW_BYTES / EVENT_BYTES + 1);
        node.link().unstall();
        for (int i = 0; i < 100; i++) {
            node.publish(bigEvent(s, i));
        }
        s.awaitPublished();
        assertThat(s.ledger().publications().stream().filter(Publication::isFailed))
                .as("failures")
                .containsExactly(full);
    }

    @Behaviour("C026")
    @Tag("C026")
    void expiredDeadlineOfTheCallerCompletesThePublishOnce() {
        Scenario s = scenario();
        Node node = s.connect();
        node.publish(s.event("key"));
        s.awaitAcknowledged();
        node.link().stall();
        Publication expired =
                node.publish(s.topic(), s.event("key"), PublishOptions.DEFAULT.withDeadline(Duration.ofMillis(500)));
        s.await("the deadline counts", Duration.ofSeconds(5), expired::isSettled);
        assertThat(expired.failure().retriable()).isTrue();
        assertThat(TimeUnit.NANOSECONDS.toMillis(expired.nanosToSettle())).isGreaterThanOrEqualTo(450);
        node.link().unstall();
        node.publish(s.eventsOf("key", 10));
        s.await("publishing goes on", () -> s.ledger().acknowledged() == 11);
        assertThat(expired.results()).hasSize(1);
    }

    @Behaviour("C026")
    @Tag("C026")
    void cancelledWaitDoesNotRecallTheEvent() {
        Scenario s = scenario();
        Node node = s.connect();
        Topic topic = s.topic("cancelled");
        Set<String> received = ConcurrentHashMap.newKeySet();
        node.bus().subscribe(s.spec(topic, s.group()).build(), delivery -> {
            received.add(delivery.envelope().eventId());
            return Outcome.ack();
        });
        Envelope event = s.event("key");
        CompletableFuture<PublishReceipt> wait =
                node.bus().publish(topic, event).toCompletableFuture();
        wait.cancel(true);
        s.await("the event arrives all the same", () -> received.contains(event.eventId()));
        node.publish(s.event("key"));
        s.awaitAcknowledged();
    }

    private static KitOptions windowed() {
        return KitOptions.DEFAULT.with("max-in-flight-bytes", WINDOW_BYTES).with("compression", "none");
    }

    private static void openAndStall(Scenario s, Node node) {
        node.publish(s.event("key-0"));
        s.awaitAcknowledged();
        node.link().stall();
    }

    private static Envelope bigEvent(Scenario s, int i) {
        return s.event("key-" + i % 10).toBuilder()
                .contentType("application/octet-stream")
                .payload(s.bytes(EVENT_BYTES))
                .build();
    }

    private static long unsettled(Scenario s) {
        return s.ledger().publications().stream().filter(p -> !p.isSettled()).count();
    }

    private static void assertWindowFull(Publication publication) {
        PublishResult.Failed failure = publication.failure();
        assertThat(failure.error()).isInstanceOf(PublishException.class);
        assertThat(((PublishException) failure.error()).reason()).isEqualTo(Reason.WINDOW_FULL);
        assertThat(failure.retriable()).isTrue();
    }
}
