package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Ordering;
import io.eventbus.api.Position;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import io.eventbus.api.TopologyException;
import io.eventbus.api.config.Secret;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.api.spi.SendCallback;
import io.eventbus.api.spi.TransportSubscription;
import io.eventbus.testkit.broker.NatsServer;
import io.eventbus.testkit.broker.NatsServerOptions;
import io.eventbus.testkit.broker.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is refused, silent or badly set up, on a real server. */
class NatsTroubleIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static NatsServer server;

    private final Topic topic = Topic.of("it." + UUID.randomUUID());

    @BeforeAll
    static void startServer() {
        server = NatsServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void aSubscriptionThatMayNotFetchSaysSoUntilItMay() throws Exception {
        String users = "authorization { users = [ { user: all, password: all },"
                + " { user: some, password: some, permissions: { publish: { deny: \"$JS.API.CONSUMER.MSG.NEXT.>\" } } } ] }\n"
                + "no_auth_user: all\n";
        try (NatsServer strict = NatsServer.start(NatsServerOptions.defaults().withConfig(users))) {
            NatsTransport transport =
                    started(NatsConfig.builder().servers(strict.url()).user("some", Secret.of("some")));
            Recorder sink = Recorder.ofAll(10);
            transport.consume(spec(topic), sink);
            await().atMost(TIMEOUT).until(() -> sink.failure != null);
            assertThat(sink.failure).hasMessageContaining("$JS.API.CONSUMER.MSG.NEXT.");
            await().during(Duration.ofSeconds(2)).atMost(TIMEOUT).until(() -> sink.failure != null);
            transport.close(Duration.ofSeconds(2));
            sink.close();
        }
    }

    @Test
    void closingManySubscriptionsOfASilentServerWaitsOnce() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.host(), server.port())) {
            NatsTransport transport = started(NatsConfig.builder().servers("nats://127.0.0.1:" + proxy.port()));
            List<TransportSubscription> subscriptions = new ArrayList<>();
            Recorder sink = Recorder.ofAll(10);
            for (int i = 0; i < 6; i++) {
                Topic one = Topic.of(topic + "." + i);
                subscriptions.add(transport.consume(spec(one), sink));
                Feed.many(transport, one, 0, 1, 1, 1);
            }
            await().atMost(TIMEOUT).until(() -> sink.accepted.get() == 6);
            proxy.stall();
            long begin = System.nanoTime();
            subscriptions.forEach(TransportSubscription::stopFetching);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
            transport.close(Duration.ZERO);
            sink.close();
        }
    }

    @Test
    void timeOutsGoOnAfterACallbackThrew() throws Exception {
        try (TcpProxy proxy = TcpProxy.to(server.host(), server.port())) {
            NatsTransport transport = started(NatsConfig.builder()
                    .servers("nats://127.0.0.1:" + proxy.port())
                    .ackTimeout(Duration.ofMillis(200)));
            transport.open(topic, TIMEOUT);
            proxy.stall();
            CompletableFuture<Void> thrown = new CompletableFuture<>();
            transport.send(Feed.message(topic, "1", "k", new byte[1], 30_000), new SendCallback() {
                @Override
                public void acknowledged(Position position, boolean duplicate) {
                    thrown.completeExceptionally(new AssertionError("not possible"));
                }

                @Override
                public void failed(EventBusException error) {
                    thrown.complete(null);
                    throw new IllegalStateException("thrown on purpose");
                }
            });
            thrown.get(20, TimeUnit.SECONDS);
            Feed.Result second = Feed.send(transport, Feed.message(topic, "2", "k", new byte[1], 30_000));
            assertThat(second.error()).isNotNull();
            transport.close(Duration.ZERO);
        }
    }

    @Test
    void anotherMaxWaitingIsKeptOrReported() {
        NatsTransport maker = started(config().maxWaiting(100));
        Recorder sink = Recorder.ofAll(10);
        maker.consume(spec(topic), sink).close(Duration.ofSeconds(1));
        NatsTransport other = started(config().maxWaiting(200));
        other.consume(spec(topic), sink).close(Duration.ofSeconds(1));
        NatsTransport checker = started(config().maxWaiting(200).topology(NatsConfig.Topology.VALIDATE));
        assertThatThrownBy(() -> checker.consume(spec(topic), sink))
                .isInstanceOf(TopologyException.class)
                .hasMessageContaining("max_waiting is 100, configured is 200");
        List.of(maker, other, checker).forEach(transport -> transport.close(Duration.ofSeconds(1)));
        sink.close();
    }

    @Test
    void aGroupThatHandledAllOfItsTopicOnASharedStreamLosesNothing() throws Exception {
        String stream = "shared-" + UUID.randomUUID();
        NatsConfig.Builder config = config().stream(stream).maxMessages(20);
        NatsTransport transport = started(config);
        Topic others = Topic.of(topic + ".others");
        transport.open(others, TIMEOUT);
        Recorder sink = Recorder.ofAll(10);
        transport.consume(spec(topic), sink).close(Duration.ofSeconds(1));
        Feed.many(transport, others, 0, 25, 1, 1);
        Feed.many(transport, topic, 0, 1, 1, 1);

        NatsThreads threads = new NatsThreads("watch");
        NatsConnection connection = new NatsConnection(config.build(), threads);
        connection.connect();
        DurableSubjects names = new DurableSubjects(stream, Durable.nameFor("group", topic));
        DiscardWatch watch = new DiscardWatch(connection, names);
        watch.ask(topic, info -> {});
        await().atMost(TIMEOUT).until(() -> watch.health(spec(topic)) != null);

        transport.consume(spec(topic), sink);
        await().atMost(TIMEOUT).until(() -> sink.accepted.get() == 1);
        Feed.many(transport, others, 25, 50, 1, 1);
        await().atMost(TIMEOUT).until(() -> {
            watch.ask(topic, info -> {});
            return watch.health(spec(topic)) == null;
        });
        connection.close(Duration.ofSeconds(1));
        threads.close();
        transport.close(Duration.ofSeconds(1));
        sink.close();
    }

    private static NatsConfig.Builder config() {
        return NatsConfig.builder().servers(server.url());
    }

    private static NatsTransport started(NatsConfig.Builder config) {
        NatsTransport transport = new NatsTransport(config.build());
        transport.start(Duration.ofSeconds(30));
        return transport;
    }

    private static ConsumerSpec spec(Topic topic) {
        return new ConsumerSpec(
                topic, "group", Ordering.PER_AGGREGATE, StartPosition.EARLIEST, 10, Duration.ofMinutes(5));
    }
}
