package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Delivery;
import io.eventbus.api.Envelope;
import io.eventbus.api.Position;
import io.eventbus.api.PublishReceipt;
import io.eventbus.api.PublishResult;
import io.eventbus.api.Topic;
import io.eventbus.testkit.contract.Handling.End;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final Topic TOPIC = Topic.of("ledger");

    private final Ledger ledger = new Ledger();
    private final Reading reading = ledger.reading("group", TOPIC);
    private long offset;

    @Test
    void acknowledgedEventThatNobodyHandledIsMissing() {
        Delivery lost = published("k");
        assertThat(ledger.missing(reading)).hasSize(1);
        assertThat(ledger.isComplete(reading)).isFalse();
        handled(lost);
        assertThat(ledger.missing(reading)).isEmpty();
        assertThat(ledger.isComplete(reading)).isTrue();
    }

    @Test
    void deadLetteredEventIsNotMissing() {
        ledger.deadLettered(published("k"));
        assertThat(ledger.isComplete(reading)).isTrue();
    }

    @Test
    void secondAcknowledgedRunIsADuplicateAndARetryIsNot() {
        Delivery delivery = published("k");
        reading.ended(reading.started("node", delivery), End.RETRY);
        handled(delivery);
        assertThat(reading.duplicates()).isZero();
        handled(delivery);
        assertThat(reading.duplicates()).isEqualTo(1);
    }

    @Test
    void neighboursOfAKeyInTheWrongOrderAreNoticed() {
        Delivery first = published("k");
        Delivery other = published("other");
        Delivery second = published("k");
        handled(other);
        handled(second);
        handled(first);
        assertThat(ledger.reordered(reading)).hasSize(1);
        assertThat(reading.outOfStoredOrder()).hasSize(1);
    }

    @Test
    void onlyTheFirstRunOfAnEventCountsForOrder() {
        Delivery first = published("k");
        Delivery second = published("k");
        handled(first);
        handled(second);
        handled(first);
        assertThat(ledger.reordered(reading)).isEmpty();
        assertThat(reading.outOfStoredOrder()).isEmpty();
    }

    @Test
    void runsOfOneKeyBesideEachOtherAreNoticed() {
        Handling first = reading.started("node", published("k"));
        reading.started("node", published("other"));
        assertThat(reading.overlaps()).isEmpty();
        reading.started("node", published("k"));
        assertThat(reading.overlaps()).hasSize(1);
        reading.ended(first, End.ACKNOWLEDGED);
        assertThat(reading.mostRunning()).isEqualTo(3);
    }

    @Test
    void unkeyedEventsOverlapOnlyWithThemselves() {
        Delivery delivery = published(null);
        reading.started("node", delivery);
        reading.started("node", published(null));
        assertThat(reading.overlaps()).isEmpty();
        reading.started("node", delivery);
        assertThat(reading.overlaps()).hasSize(1);
    }

    @Test
    void runsOfADeadNodeEndWithIt() {
        Handling running = reading.started("dead", published("k"));
        reading.abandon("dead");
        reading.ended(running, End.ACKNOWLEDGED);
        assertThat(running.end()).isEqualTo(End.ABANDONED);
        assertThat(reading.running()).isZero();
        assertThat(reading.handled()).isZero();
    }

    @Test
    void publishWithoutOrWithTwoOutcomesIsNoticed() {
        Publication publication = ledger.offered("node", TOPIC, event("k"));
        assertThat(ledger.allSettled()).isFalse();
        assertThat(ledger.outcomesWrong()).hasSize(1);
        ledger.settled(publication, acknowledged(publication));
        assertThat(ledger.outcomesWrong()).isEmpty();
        ledger.settled(publication, acknowledged(publication));
        assertThat(ledger.outcomesWrong()).hasSize(1);
        assertThat(ledger.acknowledged()).isEqualTo(1);
    }

    @Test
    void eventNobodyPublishedAndEventThatChangedAreNoticed() {
        Delivery delivery = published("k");
        handled(deliveryOf(event("k")));
        assertThat(ledger.foreign(reading)).hasSize(1);
        Envelope changed = delivery.envelope().toBuilder().payload("other").build();
        handled(deliveryOf(changed));
        assertThat(ledger.altered(reading)).hasSize(1);
    }

    private Delivery published(String key) {
        Publication publication = ledger.offered("node", TOPIC, event(key));
        ledger.settled(publication, acknowledged(publication));
        return deliveryOf(publication.envelope());
    }

    private void handled(Delivery delivery) {
        reading.ended(reading.started("node", delivery), End.ACKNOWLEDGED);
    }

    private static Envelope event(String key) {
        return Envelope.builder("kit.Tested").aggregateId(key).build();
    }

    private Delivery deliveryOf(Envelope envelope) {
        return new Delivery(envelope, TOPIC, new Position("log", 0, offset++), 1, 1, Instant.now());
    }

    private static PublishResult acknowledged(Publication publication) {
        return new PublishResult.Acknowledged(new PublishReceipt(
                TOPIC, publication.envelope().eventId(), new Position("log", 0, publication.order()), false));
    }
}
