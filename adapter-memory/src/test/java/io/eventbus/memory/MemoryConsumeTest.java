package io.eventbus.memory;

import static io.eventbus.memory.Fixture.ACK_DEADLINE;
import static io.eventbus.memory.Fixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.StartPosition;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryConsumeTest {

    private Fixture fixture = new Fixture(MemoryConfig.builder().partitions(4).build());

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void messagesOfAKeyArriveInStoredOrderWithEverythingTheyHave() {
        MemoryTransport transport = fixture.transport();
        RecordingSink sink = new RecordingSink(fixture.broker);
        fixture.sendAll(transport, "a", 1, 500);
        fixture.consume(transport, sink);
        fixture.sendAll(transport, "a", 501, 1000);
        eventually(nothing -> assertThat(sink.bodies()).isEqualTo(ids("a", 1, 1000)));
        InboundMessage first = sink.messages().get(0);
        assertThat(first.key()).isEqualTo("a".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(first.headers().first("x-event-id")).isEqualTo("a-1");
        assertThat(first.deliveries()).isEqualTo(1);
        assertThat(first.assignment().name())
                .isEqualTo("orders/" + first.position().partition());
        assertThat(sink.owned()).hasSize(4);
    }

    @Test
    void noMoreIsHandedOverThanThereIsDemandFor() {
        MemoryTransport transport = fixture.transport();
        RecordingSink sink = new RecordingSink(fixture.broker);
        sink.demand.set(3);
        TransportSubscription subscription = fixture.consume(transport, sink);
        fixture.sendAll(transport, "a", 1, 10);
        eventually(nothing -> assertThat(sink.bodies()).isEqualTo(ids("a", 1, 3)));
        sink.demand.set(4);
        subscription.demandChanged();
        eventually(nothing -> assertThat(sink.bodies()).isEqualTo(ids("a", 1, 7)));
        assertThat(sink.demand).hasValue(0);
    }

    @Test
    void whatIsGivenBackComesAgainAtOnceAndBeforeLaterOnes() {
        MemoryTransport transport = fixture.transport();
        RecordingSink sink = RecordingSink.holding(fixture.broker);
        sink.demand.set(2);
        TransportSubscription subscription = fixture.consume(transport, sink);
        fixture.sendAll(transport, "a", 1, 3);
        eventually(nothing -> assertThat(sink.messages()).hasSize(2));
        sink.messages().get(0).giveBack();
        sink.messages().get(0).ack();
        sink.demand.set(10);
        subscription.demandChanged();
        eventually(nothing -> assertThat(sink.bodies()).containsExactly("a-1", "a-2", "a-1", "a-3"));
        assertThat(sink.messages().get(2).deliveries()).isEqualTo(2);
    }

    @Test
    void everyGroupGetsEverythingFromItsStartPositionOn() {
        MemoryTransport transport = fixture.transport();
        fixture.sendAll(transport, "a", 1, 3);
        RecordingSink earliest = new RecordingSink(fixture.broker);
        RecordingSink latest = new RecordingSink(fixture.broker);
        fixture.consume(transport, "one", StartPosition.EARLIEST, earliest);
        fixture.consume(transport, "two", StartPosition.LATEST, latest);
        fixture.sendAll(transport, "a", 4, 5);
        eventually(nothing -> assertThat(earliest.bodies()).isEqualTo(ids("a", 1, 5)));
        eventually(nothing -> assertThat(latest.bodies()).isEqualTo(ids("a", 4, 5)));
    }

    @Test
    void aGroupGoesOnWhereItsLastMemberStopped() {
        MemoryTransport transport = fixture.transport();
        RecordingSink first = new RecordingSink(fixture.broker);
        TransportSubscription subscription = fixture.consume(transport, first);
        fixture.sendAll(transport, "a", 1, 3);
        eventually(nothing -> assertThat(first.bodies()).hasSize(3));
        subscription.close(Duration.ofSeconds(5));
        fixture.sendAll(transport, "a", 4, 6);
        RecordingSink second = new RecordingSink(fixture.broker);
        fixture.consume(transport, "billing", StartPosition.LATEST, second);
        eventually(nothing -> assertThat(second.bodies()).isEqualTo(ids("a", 4, 6)));
        assertThat(first.bodies()).hasSize(3);
    }

    @Test
    void stoppedFetchingHandsNothingOverAndKeepsWhatItOwns() {
        MemoryTransport transport = fixture.transport();
        RecordingSink sink = RecordingSink.holding(fixture.broker);
        TransportSubscription subscription = fixture.consume(transport, sink);
        fixture.sendAll(transport, "a", 1, 3);
        eventually(nothing -> assertThat(sink.messages()).hasSize(3));
        subscription.stopFetching();
        fixture.sendAll(transport, "a", 4, 6);
        sink.messages().forEach(InboundMessage::ack);
        subscription.close(Duration.ofSeconds(5));
        assertThat(sink.bodies()).isEqualTo(ids("a", 1, 3));
        RecordingSink next = new RecordingSink(fixture.broker);
        fixture.consume(transport, next);
        eventually(nothing -> assertThat(next.bodies()).isEqualTo(ids("a", 4, 6)));
    }

    @Test
    void membersShareThePartitionsAndEachHasOneOwner() {
        RecordingSink first = new RecordingSink(fixture.broker);
        RecordingSink second = new RecordingSink(fixture.broker);
        fixture.consume(fixture.transport(), first);
        eventually(nothing -> assertThat(first.owned()).hasSize(4));
        TransportSubscription leaver = fixture.consume(fixture.transport(), second);
        eventually(nothing -> assertThat(names(second)).hasSize(2));
        assertThat(names(first)).hasSize(2).doesNotContainAnyElementsOf(names(second));
        assertThat(first.calls()).filteredOn(call -> call.startsWith("revoked")).hasSize(2);
        leaver.close(Duration.ofSeconds(5));
        eventually(nothing -> assertThat(first.owned()).hasSize(4));
    }

    @Test
    void theNewOwnerWaitsUntilTheOldOneHasLetGo() {
        MemoryTransport transport = fixture.transport();
        RecordingSink first = RecordingSink.holding(fixture.broker);
        fixture.consume(transport, first);
        for (int key = 0; key < 20; key++) {
            fixture.sendAll(transport, "k" + key, 1, 2);
        }
        eventually(nothing -> assertThat(first.messages()).hasSize(40));
        CountDownLatch finish = new CountDownLatch(1);
        first.onRevoked = assignment -> {
            awaitUninterruptibly(finish);
            first.messages().stream().filter(m -> m.assignment() == assignment).forEach(InboundMessage::ack);
        };
        RecordingSink second = new RecordingSink(fixture.broker);
        fixture.consume(transport, second);
        fixture.sendAll(transport, "more", 1, 1);
        assertThat(second.calls()).isEmpty();
        finish.countDown();
        eventually(nothing -> assertThat(second.owned()).hasSize(2));
        assertThat(second.messages())
                .allMatch(message -> RecordingSink.text(message).startsWith("more"));
    }

    @Test
    void anOwnerThatDoesNotLetGoLosesThePartitionWhenTheGraceIsOver() {
        MemoryTransport transport = fixture.transport();
        RecordingSink first = RecordingSink.holding(fixture.broker);
        fixture.consume(transport, first);
        for (int key = 0; key < 20; key++) {
            fixture.sendAll(transport, "k" + key, 1, 1);
        }
        eventually(nothing -> assertThat(first.messages()).hasSize(20));
        CountDownLatch never = new CountDownLatch(1);
        first.onRevoked = assignment -> awaitUninterruptibly(never);
        RecordingSink second = RecordingSink.holding(fixture.broker);
        fixture.consume(fixture.transport(), second);
        eventually(nothing -> assertThat(first.calls()).anyMatch(call -> call.startsWith("revoked")));
        fixture.advance(Duration.ofSeconds(10));
        eventually(nothing -> assertThat(second.owned()).hasSize(2));
        eventually(nothing -> assertThat(second.messages()).isNotEmpty());
        InboundMessage taken = second.messages().get(0);
        assertThat(taken.deliveries()).isEqualTo(2);
        first.messages().forEach(InboundMessage::ack);
        never.countDown();
        int held = second.messages().size();
        second.messages().forEach(InboundMessage::giveBack);
        eventually(nothing -> assertThat(second.messages()).hasSize(2 * held));
    }

    @Test
    void aCutHandsLostMessagesOverAgainInOrderAndNoneTwice() {
        MemoryTransport publisher = fixture.transport();
        MemoryTransport consumer = fixture.transport();
        RecordingSink sink = RecordingSink.holding(fixture.broker);
        TransportSubscription subscription = fixture.consume(consumer, sink);
        for (int round = 0; round < 20; round++) {
            sink.demand.set(7);
            subscription.demandChanged();
            fixture.sendAll(publisher, "a", round * 10 + 1, round * 10 + 10);
            consumer.cut();
        }
        sink.demand.set(1000);
        subscription.demandChanged();
        eventually(nothing -> assertThat(sink.bodies()).hasSize(200));
        assertThat(sink.bodies()).isEqualTo(ids("a", 1, 200));
    }

    @Test
    void acknowledgementsLostInACutAreSentAgain() {
        MemoryTransport transport = fixture.transport();
        RecordingSink sink = RecordingSink.holding(fixture.broker);
        TransportSubscription subscription = fixture.consume(transport, sink);
        fixture.sendAll(transport, "a", 1, 10);
        eventually(nothing -> assertThat(sink.messages()).hasSize(10));
        synchronized (fixture.broker.lock) {
            sink.messages().forEach(InboundMessage::ack);
            transport.cut();
        }
        fixture.sendAll(transport, "a", 11, 11);
        eventually(nothing -> assertThat(sink.bodies()).isEqualTo(ids("a", 1, 11)));
        subscription.close(Duration.ofSeconds(5));
        RecordingSink next = new RecordingSink(fixture.broker);
        fixture.consume(transport, next);
        eventually(nothing -> assertThat(next.bodies()).containsExactly("a-11"));
    }

    @Test
    void anOwnerThatIsCutOffLosesItsPartitionsAfterTheAckDeadline() {
        MemoryTransport dead = fixture.transport();
        RecordingSink first = RecordingSink.holding(fixture.broker);
        fixture.consume(dead, first);
        fixture.sendAll(dead, "a", 1, 10);
        eventually(nothing -> assertThat(first.messages()).hasSize(10));
        first.messages().get(2).ack();
        MemoryTransport alive = fixture.transport();
        fixture.sendAll(alive, "b", 1, 1);
        dead.sever();
        RecordingSink second = new RecordingSink(fixture.broker);
        fixture.consume(alive, second);
        fixture.sendAll(alive, "a", 11, 15);
        fixture.advance(ACK_DEADLINE.minusMillis(1));
        fixture.sendAll(alive, "a", 16, 16);
        assertThat(second.calls()).isEmpty();
        fixture.advance(Duration.ofMillis(1));
        eventually(nothing -> assertThat(ofKey(second, "a"))
                .containsExactly(
                        "a-1", "a-2", "a-4", "a-5", "a-6", "a-7", "a-8", "a-9", "a-10", "a-11", "a-12", "a-13", "a-14",
                        "a-15", "a-16"));
        assertThat(second.messages().get(0).deliveries()).isEqualTo(2);
        eventually(nothing -> assertThat(first.calls())
                .filteredOn(call -> call.startsWith("lost"))
                .hasSize(4));
        first.messages().forEach(InboundMessage::ack);
    }

    @Test
    void aLateAckOfALostPartitionHasNoEffect() {
        MemoryTransport dead = fixture.transport();
        RecordingSink first = RecordingSink.holding(fixture.broker);
        fixture.consume(dead, first);
        fixture.sendAll(dead, "a", 1, 1);
        eventually(nothing -> assertThat(first.messages()).hasSize(1));
        dead.sever();
        fixture.advance(ACK_DEADLINE);
        eventually(nothing -> assertThat(first.owned()).isEmpty());
        first.messages().get(0).ack();
        dead.restore();
        eventually(nothing -> assertThat(first.bodies()).containsExactly("a-1", "a-1"));
        InboundMessage again = first.messages().get(1);
        assertThat(again.deliveries()).isEqualTo(2);
        assertThat(again.assignment().epoch())
                .isGreaterThan(first.messages().get(0).assignment().epoch());
    }

    @Test
    void aShortBreakKeepsThePartitionsAndHandsNothingOverTwice() {
        MemoryTransport transport = fixture.transport();
        RecordingSink sink = RecordingSink.holding(fixture.broker);
        fixture.consume(transport, sink);
        fixture.sendAll(transport, "a", 1, 3);
        eventually(nothing -> assertThat(sink.messages()).hasSize(3));
        transport.sever();
        fixture.advance(ACK_DEADLINE.dividedBy(2));
        sink.messages().get(0).ack();
        transport.restore();
        fixture.sendAll(transport, "a", 4, 4);
        eventually(nothing -> assertThat(sink.bodies()).isEqualTo(ids("a", 1, 4)));
        assertThat(sink.calls()).noneMatch(call -> !call.startsWith("assigned"));
    }

    @Test
    void aDeadBrokerKeepsGroupsAndGoesOnWhenItLivesAgain() {
        MemoryTransport transport = fixture.transport();
        RecordingSink sink = new RecordingSink(fixture.broker);
        fixture.consume(transport, sink);
        for (int round = 0; round < 5; round++) {
            fixture.sendAll(transport, "a", round * 20 + 1, round * 20 + 20);
            fixture.broker.kill();
            fixture.advance(ACK_DEADLINE.multipliedBy(2));
            fixture.broker.restart();
        }
        eventually(nothing -> assertThat(sink.bodies()).isEqualTo(ids("a", 1, 100)));
        assertThat(sink.owned()).hasSize(4);
    }

    @Test
    void aMemberThatClosesWhileCutOffIsDroppedAfterTheAckDeadline() {
        MemoryTransport dead = fixture.transport();
        RecordingSink first = RecordingSink.holding(fixture.broker);
        TransportSubscription subscription = fixture.consume(dead, first);
        fixture.sendAll(dead, "a", 1, 2);
        eventually(nothing -> assertThat(first.messages()).hasSize(2));
        dead.sever();
        subscription.close(Duration.ofSeconds(5));
        dead.close(Duration.ofSeconds(5));
        RecordingSink second = new RecordingSink(fixture.broker);
        fixture.consume(fixture.transport(), second);
        assertThat(second.owned()).isEmpty();
        fixture.advance(ACK_DEADLINE);
        eventually(nothing -> assertThat(second.bodies()).isEqualTo(ids("a", 1, 2)));
    }

    @Test
    void retentionDropsOnlyWhatEveryGroupHasAcknowledged() {
        fixture = new Fixture(
                MemoryConfig.builder().partitions(1).retainedMessages(10).build());
        MemoryTransport transport = fixture.transport();
        RecordingSink fast = new RecordingSink(fixture.broker);
        RecordingSink slow = RecordingSink.holding(fixture.broker);
        fixture.consume(transport, "fast", StartPosition.EARLIEST, fast);
        fixture.consume(transport, "slow", StartPosition.EARLIEST, slow);
        fixture.sendAll(transport, "a", 1, 3000);
        eventually(nothing -> assertThat(slow.messages()).hasSize(3000));
        RecordingSink all = new RecordingSink(fixture.broker);
        fixture.consume(transport, "all", StartPosition.EARLIEST, all);
        eventually(nothing -> assertThat(all.bodies()).isEqualTo(ids("a", 1, 3000)));
        slow.messages().forEach(InboundMessage::ack);
        fixture.sendAll(transport, "a", 3001, 3001);
        eventually(nothing -> assertThat(fast.messages()).hasSize(3001));
        RecordingSink late = new RecordingSink(fixture.broker);
        fixture.consume(transport, "late", StartPosition.EARLIEST, late);
        eventually(nothing -> assertThat(late.bodies()).endsWith("a-3001"));
        assertThat(late.bodies()).hasSizeBetween(11, 2000);
    }

    private static Set<String> names(RecordingSink sink) {
        return sink.owned().stream().map(Assignment::name).collect(Collectors.toSet());
    }

    private static List<String> ofKey(RecordingSink sink, String key) {
        return sink.bodies().stream().filter(body -> body.startsWith(key + "-")).toList();
    }

    private static List<String> ids(String key, int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> key + "-" + i).toList();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
