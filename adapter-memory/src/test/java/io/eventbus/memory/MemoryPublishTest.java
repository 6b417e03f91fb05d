package io.eventbus.memory;

import static io.eventbus.memory.Fixture.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.BusClosedException;
import io.eventbus.api.Capability;
import io.eventbus.api.ConnectionException;
import io.eventbus.api.Headers;
import io.eventbus.api.Health;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.memory.Fixture.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryPublishTest {

    private Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void messagesOfAKeyGetRisingOffsetsInOnePartition() {
        MemoryTransport transport = fixture.transport();
        List<Sent> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add(fixture.send(transport, "e" + i, "key"));
        }
        int partition = sent.get(0).awaitPosition().partition();
        for (int i = 0; i < 100; i++) {
            assertThat(sent.get(i).awaitPosition()).isEqualTo(new Position("orders", partition, i));
        }
    }

    @Test
    void unkeyedMessagesAreSpreadOverAllPartitions() {
        MemoryTransport transport = fixture.transport();
        Set<Integer> partitions = new HashSet<>();
        for (int i = 0; i < 16; i++) {
            partitions.add(
                    fixture.send(transport, "e" + i, null).awaitPosition().partition());
        }
        assertThat(partitions).hasSize(8);
    }

    @Test
    void aMessageIdIsStoredOnceWithinTheWindow() {
        MemoryTransport transport = fixture.transport();
        fixture.send(transport, "same", "key").awaitPosition();
        assertThat(fixture.send(transport, "same", "key").awaitOutcome())
                .asString()
                .startsWith("duplicate orders/")
                .endsWith("@0");
        fixture.advance(Duration.ofMinutes(3));
        assertThat(fixture.send(transport, "same", "key").awaitPosition().offset())
                .isEqualTo(1);
    }

    @Test
    void theDeduplicationWindowIsBoundedInNumber() {
        fixture = new Fixture(MemoryConfig.builder().deduplicationMessages(2).build());
        MemoryTransport transport = fixture.transport();
        for (String id : List.of("a", "b", "c")) {
            fixture.send(transport, id, "key").awaitPosition();
        }
        assertThat(fixture.send(transport, "a", "key").awaitPosition().offset()).isEqualTo(3);
        assertThat(fixture.send(transport, "c", "key").awaitOutcome())
                .asString()
                .startsWith("duplicate");
    }

    @Test
    void aMessageAboveTheLimitIsRefusedForGood() {
        MemoryTransport transport = fixture.transport();
        Sent sent = new Sent(fixture.broker);
        transport.send(
                new OutboundMessage(TOPIC, "big", "key", Headers.empty(), new byte[1024 * 1024 + 1], Long.MAX_VALUE),
                sent);
        PublishException error = (PublishException) sent.awaitOutcome();
        assertThat(error.reason()).isEqualTo(Reason.TOO_LARGE);
        assertThat(error.retriable()).isFalse();
        assertThat(error).hasMessageContaining("1048576");
        assertThat(fixture.send(transport, "small", "key").awaitPosition().offset())
                .isZero();
    }

    @Test
    void sendsWithoutAConnectionFailAtOnce() {
        MemoryTransport transport = fixture.transport();
        transport.sever();
        assertThat(fixture.send(transport, "e", "key").awaitFailure()).isEqualTo(Reason.DISCONNECTED);
        assertThat(transport.health().status()).isEqualTo(Health.Status.DOWN);
        transport.restore();
        fixture.send(transport, "e", "key").awaitPosition();
        assertThat(transport.health().status()).isEqualTo(Health.Status.UP);
    }

    @Test
    void sendsOverAStalledLinkTimeOut() {
        MemoryTransport transport = fixture.transport();
        transport.stall();
        Sent sent = fixture.send(transport, "e", "key");
        fixture.advance(Duration.ofSeconds(29));
        assertThat(sent.outcomes()).isEmpty();
        fixture.advance(Duration.ofSeconds(1));
        assertThat(sent.awaitFailure()).isEqualTo(Reason.TIMEOUT);
    }

    @Test
    void aStallThatEndsInTimeLosesNothing() {
        MemoryTransport transport = fixture.transport();
        transport.stall();
        Sent sent = fixture.send(transport, "e", "key");
        transport.unstall();
        assertThat(sent.awaitPosition().offset()).isZero();
    }

    @Test
    void aCutLosesAcknowledgementsOfTheOlderHalfAndTheNewerHalfItself() {
        MemoryTransport transport = fixture.transport();
        List<Sent> sent = new ArrayList<>();
        synchronized (fixture.broker.lock) {
            for (int i = 0; i < 10; i++) {
                sent.add(fixture.send(transport, "e" + i, "key"));
            }
            transport.cut();
        }
        for (Sent each : sent) {
            assertThat(each.awaitFailure()).isEqualTo(Reason.DISCONNECTED);
        }
        for (int i = 0; i < 10; i++) {
            String outcome =
                    fixture.send(transport, "e" + i, "key").awaitOutcome().toString();
            assertThat(outcome).endsWith("@" + i);
            assertThat(outcome.startsWith("duplicate")).isEqualTo(i < 5);
        }
    }

    @Test
    void withPipelinedKeyOrderTheTransportSendsAgainInOrderByItself() {
        fixture = new Fixture(MemoryConfig.builder().pipelinedKeyOrder(true).build());
        MemoryTransport transport = fixture.transport();
        assertThat(transport.capabilities()).contains(Capability.PIPELINED_KEY_ORDER);
        List<Sent> sent = new ArrayList<>();
        synchronized (fixture.broker.lock) {
            for (int i = 0; i < 10; i++) {
                sent.add(fixture.send(transport, "e" + i, "key"));
            }
            transport.sever();
            sent.add(fixture.send(transport, "e10", "key"));
        }
        transport.restore();
        for (int i = 0; i <= 10; i++) {
            assertThat(sent.get(i).awaitPosition().offset()).isEqualTo(i);
        }
    }

    @Test
    void whatIsStoredOutlivesTheBrokersDeath() {
        MemoryTransport transport = fixture.transport();
        fixture.sendAll(transport, "key", 1, 5);
        fixture.broker.kill();
        assertThat(fixture.send(transport, "key-6", "key").awaitFailure()).isEqualTo(Reason.DISCONNECTED);
        assertThatThrownBy(fixture::transport)
                .isInstanceOfSatisfying(
                        ConnectionException.class,
                        e -> assertThat(e.retriable()).isTrue());
        fixture.broker.restart();
        assertThat(fixture.send(transport, "key-6", "key").awaitPosition().offset())
                .isEqualTo(5);
    }

    @Test
    void topicsThatAreNotMadeByUseAreMissing() {
        fixture = new Fixture(MemoryConfig.builder().createTopics(false).build());
        MemoryTransport transport = fixture.transport();
        assertThat(fixture.send(transport, "e", "key").awaitFailure()).isEqualTo(Reason.TOPIC_MISSING);
        assertThatThrownBy(() -> transport.open(TOPIC, Duration.ofSeconds(1)))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("orders");
        fixture.broker.createTopic(TOPIC);
        transport.open(TOPIC, Duration.ofSeconds(1));
        fixture.send(transport, "e", "key").awaitPosition();
    }

    @Test
    void openWaitsForTheConnection() {
        MemoryTransport transport = fixture.transport();
        transport.sever();
        assertThatThrownBy(() -> transport.open(TOPIC, Duration.ofMillis(20)))
                .isInstanceOfSatisfying(
                        PublishException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DISCONNECTED));
        Thread restorer = new Thread(transport::restore);
        restorer.start();
        transport.open(TOPIC, Duration.ofSeconds(10));
    }

    @Test
    void closeFailsWhatIsOutstandingAndWhatComesAfter() {
        MemoryTransport transport = fixture.transport();
        transport.stall();
        Sent outstanding = fixture.send(transport, "e1", "key");
        transport.close(Duration.ofSeconds(5));
        assertThat(outstanding.outcomes()).hasSize(1).first().isInstanceOf(BusClosedException.class);
        assertThat(fixture.send(transport, "e2", "key").awaitOutcome()).isInstanceOf(BusClosedException.class);
        transport.close(Duration.ofSeconds(5));
    }

    @Test
    void theThreadEndsWithTheLastTransport() {
        MemoryTransport first = fixture.transport();
        MemoryTransport second = fixture.transport();
        fixture.send(first, "e", "key").awaitPosition();
        first.close(Duration.ofSeconds(5));
        assertThat(brokerThreads()).isPositive();
        second.close(Duration.ofSeconds(5));
        Fixture.eventually(nothing -> assertThat(brokerThreads()).isZero());
    }

    private static long brokerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("memory-broker"))
                .count();
    }
}
