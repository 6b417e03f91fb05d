package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.Ordering;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import io.eventbus.api.UnsupportedCapabilityException;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.TransportSubscription;
import io.eventbus.testkit.broker.NatsServer;
import io.eventbus.testkit.broker.TcpProxy;
import io.nats.client.Connection;
import io.nats.client.Nats;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Consuming from a real server, through a proxy that breaks connections. */
class NatsConsumeIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(40);
    private static NatsServer server;

    private final Topic topic = Topic.of("it." + UUID.randomUUID());
    private final TcpProxy proxy = TcpProxy.to(server.host(), server.port());
    private NatsTransport direct;
    private NatsTransport proxied;

    @BeforeAll
    static void startServer() {
        server = NatsServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() {
        direct = started(server.url());
        proxied = started("nats://127.0.0.1:" + proxy.port());
        direct.open(topic, TIMEOUT);
    }

    @AfterEach
    void disconnect() {
        direct.close(Duration.ofSeconds(2));
        proxied.close(Duration.ofSeconds(2));
        proxy.close();
    }

    @Test
    void streamOrderHoldsThroughTwelveCutsWithMessagesInThePipe() throws Exception {
        int count = 60_000;
        Feed.many(direct, topic, 0, count, 5_000, 200);
        Recorder sink = Recorder.ofAll(5_000);
        sink.subscription = proxied.consume(spec(Ordering.PER_AGGREGATE, 5_000), sink);
        for (int cut = 1; cut <= 12; cut++) {
            int mark = count / 14 * cut;
            await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(2)).until(() -> sink.seen.size() > mark);
            proxy.cut();
        }
        await().atMost(TIMEOUT).until(() -> sink.seen.size() == count);
        assertThat(sink.outOfOrder).hasValue(0);
        assertThat(sink.overlaps).hasValue(0);
        assertThat(sink.again).hasValue(0);
        sink.close();
    }

    @Test
    void unorderedSubscriptionsLoseNothingThroughCuts() throws Exception {
        int count = 30_000;
        Feed.many(direct, topic, 0, count, 5_000, 200);
        Recorder sink = Recorder.ofAll(2_000);
        sink.subscription = proxied.consume(spec(Ordering.NONE, 2_000), sink);
        for (int cut = 1; cut <= 3; cut++) {
            int mark = count / 5 * cut;
            await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(2)).until(() -> sink.seen.size() > mark);
            proxy.cut();
        }
        await().atMost(TIMEOUT).until(() -> sink.seen.size() == count);
        sink.close();
    }

    @Test
    void aNewOwnerBeginsWithTheOldestUnacknowledgedMessage() throws Exception {
        Feed.many(direct, topic, 0, 10, 1, 10);
        Recorder dead = new Recorder(100, true, message -> message.position().offset() == 3);
        proxied.consume(spec(Ordering.PER_AGGREGATE, 100), dead);
        await().atMost(TIMEOUT).until(() -> dead.seen.size() == 10);
        await().atMost(TIMEOUT).until(() -> pendingAcks() == 9);
        proxy.sever();
        Feed.many(direct, topic, 10, 15, 1, 10);

        Recorder owner = new Recorder(100, true, message -> true);
        TransportSubscription subscription = direct.consume(spec(Ordering.PER_AGGREGATE, 100), owner);
        await().atMost(Duration.ofSeconds(5)).until(() -> owner.messages.size() >= 15);
        assertThat(owner.offsets()).containsExactlyElementsOf(range(1, 15));
        assertThat(owner.messages.get(0).deliveries()).isGreaterThanOrEqualTo(2);
        subscription.close(Duration.ofSeconds(2));
        dead.close();
        owner.close();
    }

    @Test
    void whatWasDoneWithoutAHandleIsAcknowledgedOnItsRedelivery() throws Exception {
        Feed.many(direct, topic, 0, 10, 1, 10);
        Recorder dead = new Recorder(100, true, message -> false);
        proxied.consume(spec(Ordering.PER_AGGREGATE, 100), dead);
        await().atMost(TIMEOUT).until(() -> dead.seen.size() == 10);
        proxy.sever();
        Recorder owner = Recorder.ofAll(100);
        direct.consume(spec(Ordering.PER_AGGREGATE, 100), owner);
        await().atMost(TIMEOUT).until(() -> owner.seen.size() == 10);
        await().atMost(TIMEOUT).until(() -> pendingAcks() == 0);
        assertThat(owner.accepted).hasValue(10);
        dead.close();
        owner.close();
    }

    @Test
    void whatWasDeliveredToNobodyIsSettledAsSoonAsItIsDone() throws Exception {
        Feed.many(direct, topic, 0, 10, 1, 10);
        NatsTransport patient = started(server.url(), NatsConfig.Topology.CREATE, Duration.ofMinutes(10));
        Recorder all = Recorder.ofAll(100);
        makeTheDurable(patient);
        deliverToNobody(3);
        TransportSubscription first = patient.consume(spec(Ordering.PER_AGGREGATE, 100), all);
        await().atMost(TIMEOUT).until(() -> all.seen.size() == 10);
        first.close(Duration.ofSeconds(10));
        assertThat(pendingAcks()).isZero();

        Recorder next = new Recorder(100, true, message -> true);
        TransportSubscription second = patient.consume(spec(Ordering.PER_AGGREGATE, 100), next);
        Feed.many(direct, topic, 10, 11, 1, 10);
        await().atMost(TIMEOUT).until(() -> !next.seen.isEmpty());
        assertThat(next.offsets()).containsExactly(11L);
        second.close(Duration.ofSeconds(10));
        patient.close(Duration.ofSeconds(2));
        all.close();
        next.close();
    }

    @Test
    void whatWasDeliveredToNobodyCanBeGivenBack() throws Exception {
        Feed.many(direct, topic, 0, 10, 1, 10);
        NatsTransport patient = started(server.url(), NatsConfig.Topology.CREATE, Duration.ofMinutes(10));
        makeTheDurable(patient);
        deliverToNobody(3);
        Recorder open = new Recorder(100, true, message -> false);
        TransportSubscription first = patient.consume(spec(Ordering.PER_AGGREGATE, 100), open);
        await().atMost(TIMEOUT).until(() -> open.messages.size() == 10);
        first.stopFetching();
        open.messages.forEach(InboundMessage::giveBack);
        first.close(Duration.ofSeconds(10));
        // Whoever asks gets them now, and not after the ack wait.
        try (Connection other = Nats.connect(server.url())) {
            String stream = topic.name().replace('.', '=');
            var pull = other.jetStream()
                    .subscribe(topic.name(), io.nats.client.PullSubscribeOptions.bind(stream, "group@" + stream));
            List<Long> again = new java.util.ArrayList<>();
            await().atMost(TIMEOUT).until(() -> {
                pull.fetch(10, Duration.ofMillis(500))
                        .forEach(message -> again.add(message.metaData().streamSequence()));
                return again.size() >= 10;
            });
            assertThat(again).containsExactlyInAnyOrderElementsOf(range(1, 10));
        }
        patient.close(Duration.ofSeconds(2));
        open.close();
    }

    private void makeTheDurable(NatsTransport transport) throws Exception {
        Recorder nobody = new Recorder(0, true, message -> false);
        transport.consume(spec(Ordering.PER_AGGREGATE, 100), nobody).close(Duration.ofSeconds(10));
        nobody.close();
    }

    /** The server counts them as delivered, and nobody will ever settle them. */
    private void deliverToNobody(int count) throws Exception {
        String stream = topic.name().replace('.', '=');
        try (Connection gone = Nats.connect(server.url())) {
            var pull = gone.jetStream()
                    .subscribe(topic.name(), io.nats.client.PullSubscribeOptions.bind(stream, "group@" + stream));
            assertThat(pull.fetch(count, Duration.ofSeconds(10))).hasSize(count);
        }
    }

    @Test
    void acksGivenAfterAReconnectCount() throws Exception {
        Feed.many(direct, topic, 0, 10, 1, 10);
        Recorder sink = new Recorder(100, true, message -> false);
        proxied.consume(spec(Ordering.PER_AGGREGATE, 100), sink);
        await().atMost(TIMEOUT).until(() -> sink.seen.size() == 10);
        long connections = proxy.connections();
        proxy.cut();
        await().atMost(TIMEOUT).until(() -> proxy.connections() > connections && proxy.liveConnections() > 0);
        sink.messages.forEach(InboundMessage::ack);
        await().atMost(TIMEOUT).until(() -> pendingAcks() == 0);
        assertThat(sink.accepted).hasValue(10);
        sink.close();
    }

    @Test
    void aCleanStopLeavesNothingToHandleAgain() throws Exception {
        Feed.many(direct, topic, 0, 5_000, 1_000, 100);
        Recorder first = Recorder.ofAll(500);
        first.subscription = direct.consume(spec(Ordering.NONE, 500), first);
        await().atMost(TIMEOUT).until(() -> first.seen.size() > 1_000);
        first.subscription.stopFetching();
        await().atMost(TIMEOUT).until(() -> first.demand() == 500);
        int handled = first.accepted.get();
        first.subscription.close(Duration.ofSeconds(5));

        Recorder second = Recorder.ofAll(500);
        second.subscription = proxied.consume(spec(Ordering.NONE, 500), second);
        await().atMost(Duration.ofSeconds(10)).until(() -> first.seen.size() + second.seen.size() >= 5_000);
        assertThat(handled + second.accepted.get()).isEqualTo(5_000);
        first.close();
        second.close();
    }

    @Test
    void aSubscriptionWithoutDemandGetsNothingUntilItHasSome() throws Exception {
        Feed.many(direct, topic, 0, 20, 20, 10);
        Recorder sink = new Recorder(5, true, message -> false);
        sink.subscription = direct.consume(spec(Ordering.PER_AGGREGATE, 5), sink);
        await().atMost(TIMEOUT).until(() -> sink.accepted.get() == 5);
        await().during(Duration.ofMillis(300)).atMost(TIMEOUT).until(() -> sink.accepted.get() == 5);
        sink.close();
    }

    @Test
    void aSecondKeyedSubscriptionOfAGroupIsRefused() {
        Recorder sink = Recorder.ofAll(10);
        direct.consume(spec(Ordering.PER_AGGREGATE, 10), sink);
        assertThatThrownBy(() -> direct.consume(spec(Ordering.PER_AGGREGATE, 10), sink))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("Ordering.NONE");
        sink.close();
    }

    @Test
    void deletedConsumersAndStreamsComeBack() throws Exception {
        Feed.many(direct, topic, 0, 100, 10, 10);
        Recorder sink = Recorder.ofAll(100);
        sink.subscription = direct.consume(spec(Ordering.PER_AGGREGATE, 100), sink);
        await().atMost(TIMEOUT).until(() -> sink.seen.size() == 100);
        String stream = topic.name().replace('.', '=');
        try (Connection admin = Nats.connect(server.url())) {
            admin.jetStreamManagement().deleteConsumer(stream, "group@" + stream);
            Feed.many(direct, topic, 100, 200, 10, 10);
            await().atMost(TIMEOUT).until(() -> sink.seen.size() == 200);
            assertThat(sink.again).hasValue(0);

            admin.jetStreamManagement().deleteStream(stream);
            await().atMost(TIMEOUT).until(() -> sink.assignments.get() == 2 && sink.failure == null);
            sink.seen.clear();
            Feed.many(direct, topic, 200, 300, 10, 10);
            await().atMost(TIMEOUT).until(() -> sink.seen.size() == 100);
        }
        sink.close();
    }

    /** Someone else made stream and consumer anew while we were away: its first events are not those we handled. */
    @ParameterizedTest
    @CsvSource({"PER_AGGREGATE, CREATE", "NONE, CREATE", "PER_AGGREGATE, NEVER", "NONE, NEVER"})
    void aStreamMadeAnewWhileWeWereAwayIsHandledFromItsFirstEvent(Ordering ordering, NatsConfig.Topology topology)
            throws Exception {
        Recorder maker = Recorder.ofAll(100);
        direct.consume(spec(ordering, 100), maker).close(Duration.ofSeconds(2));
        NatsTransport away = started("nats://127.0.0.1:" + proxy.port(), topology);
        Feed.many(direct, topic, 0, 100, 10, 10);
        Recorder sink = Recorder.ofAll(100);
        sink.subscription = away.consume(spec(ordering, 100), sink);
        await().atMost(TIMEOUT).until(() -> sink.seen.size() == 100);
        await().atMost(TIMEOUT).until(() -> pendingAcks() == 0);
        proxy.sever();
        makeAnew();
        Feed.many(direct, topic, 100, 150, 10, 10);
        sink.seen.clear();
        proxy.restore();
        await().atMost(TIMEOUT).until(() -> sink.seen.size() == 50);
        assertThat(sink.assignments).hasValue(2);
        away.close(Duration.ofSeconds(2));
        maker.close();
        sink.close();
    }

    @ParameterizedTest
    @CsvSource({"PER_AGGREGATE", "NONE"})
    void aStreamMadeAnewUnderARunningSubscriptionIsHandledFromItsFirstEvent(Ordering ordering) throws Exception {
        Feed.many(direct, topic, 0, 100, 10, 10);
        Recorder sink = Recorder.ofAll(100);
        sink.subscription = direct.consume(spec(ordering, 100), sink);
        await().atMost(TIMEOUT).until(() -> sink.seen.size() == 100);
        await().atMost(TIMEOUT).until(() -> pendingAcks() == 0);
        sink.seen.clear();
        makeAnew();
        Feed.many(direct, topic, 100, 150, 10, 10);
        await().atMost(TIMEOUT).until(() -> sink.seen.size() == 50);
        sink.close();
    }

    private void makeAnew() throws Exception {
        String stream = topic.name().replace('.', '=');
        try (Connection admin = Nats.connect(server.url())) {
            var management = admin.jetStreamManagement();
            var configuration = management.getStreamInfo(stream).getConfiguration();
            var durable = management.getConsumerInfo(stream, "group@" + stream).getConsumerConfiguration();
            management.deleteStream(stream);
            management.addStream(configuration);
            management.addOrUpdateConsumer(stream, durable);
        }
    }

    private long pendingAcks() throws Exception {
        String stream = topic.name().replace('.', '=');
        try (Connection admin = Nats.connect(server.url())) {
            return admin.jetStreamManagement()
                    .getConsumerInfo(stream, "group@" + stream)
                    .getNumAckPending();
        }
    }

    private ConsumerSpec spec(Ordering ordering, int maxInFlight) {
        return new ConsumerSpec(topic, "group", ordering, StartPosition.EARLIEST, maxInFlight, Duration.ofMinutes(5));
    }

    private static NatsTransport started(String url) {
        return started(url, NatsConfig.Topology.CREATE);
    }

    private static NatsTransport started(String url, NatsConfig.Topology topology) {
        return started(url, topology, Duration.ofSeconds(4));
    }

    private static NatsTransport started(String url, NatsConfig.Topology topology, Duration ackWait) {
        NatsTransport transport = new NatsTransport(NatsConfig.builder()
                .servers(url)
                .ackWait(ackWait)
                .topology(topology)
                .build());
        transport.start(Duration.ofSeconds(30));
        return transport;
    }

    private static List<Long> range(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }
}
