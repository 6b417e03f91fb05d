package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.ConnectionException;
import io.eventbus.api.Health;
import io.eventbus.api.Ordering;
import io.eventbus.api.PublishException;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.ConsumerSpec;
import io.eventbus.testkit.broker.NatsServer;
import io.eventbus.testkit.broker.TcpProxy;
import java.time.Duration;
import java.util.UUID;

/** A transport on a server that asks who one is, with short words for what tests do. */
final class Secured implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(20);

    final NatsTransport transport;

    private Secured(NatsTransport transport) {
        this.transport = transport;
    }

    static Secured start(NatsConfig.Builder config) {
        NatsTransport transport = new NatsTransport(config.build());
        transport.start(Duration.ofSeconds(30));
        return new Secured(transport);
    }

    static NatsConfig.Builder at(NatsServer server) {
        return NatsConfig.builder()
                .servers(server.url())
                .storage(NatsConfig.Storage.MEMORY)
                .maxBytes(1 << 20)
                // The client waits that long for a server that has refused it already.
                .connectTimeout(Duration.ofSeconds(2))
                .requestTimeout(Duration.ofSeconds(2))
                .reconnectWait(Duration.ofMillis(50))
                .reconnectJitter(Duration.ofMillis(20));
    }

    /** The start must fail for good; the number of connections is counted for a while longer, and must not be a storm. */
    static ConnectionException refusal(NatsServer server, NatsConfig.Builder config) throws InterruptedException {
        try (TcpProxy proxy = TcpProxy.to(server.host(), server.port())) {
            NatsTransport transport = new NatsTransport(
                    config.servers("nats://127.0.0.1:" + proxy.port()).build());
            ConnectionException error =
                    catchThrowableOfType(ConnectionException.class, () -> transport.start(Duration.ofSeconds(30)));
            assertThat(error).isNotNull();
            assertThat(error.retriable()).as(error.getMessage()).isFalse();
            staysQuiet(proxy, 1, Duration.ofSeconds(1));
            return error;
        }
    }

    /** No more connections than that within the time. */
    static void staysQuiet(TcpProxy proxy, long most, Duration time) {
        await().during(time).atMost(time.plusSeconds(5)).until(() -> proxy.connections() <= most);
    }

    static Topic topic() {
        return Topic.of("it." + UUID.randomUUID());
    }

    static ConsumerSpec spec(Topic topic) {
        return new ConsumerSpec(
                topic, "group", Ordering.PER_AGGREGATE, StartPosition.EARLIEST, 10, Duration.ofMinutes(5));
    }

    /** Makes the stream and the durable, publishes, and handles what was published. */
    void worksEndToEnd() throws Exception {
        Topic topic = topic();
        transport.open(topic, TIMEOUT);
        publishes(topic);
        consumes(topic);
    }

    void publishes(Topic topic) throws Exception {
        assertThat(Feed.send(transport, message(topic)).error()).isNull();
    }

    void consumes(Topic topic) {
        Recorder sink = Recorder.ofAll(10);
        try (sink) {
            sink.subscription = transport.consume(spec(topic), sink);
            await().atMost(TIMEOUT).until(() -> sink.accepted.get() >= 1);
            sink.subscription.close(Duration.ofSeconds(2));
            assertThat(sink.failure).isNull();
        }
    }

    /** A publish is refused for good, with a word about what. */
    void mayNotPublish(Topic topic, String about) throws Exception {
        Feed.Result result = Feed.send(transport, message(topic));
        assertThat(result.error()).isInstanceOf(PublishException.class);
        assertThat(((PublishException) result.error()).reason()).isEqualTo(PublishException.Reason.UNAUTHORIZED);
        assertThat(result.error()).hasMessageContaining(about);
    }

    Health.Status health() {
        return transport.health().status();
    }

    private static io.eventbus.api.spi.OutboundMessage message(Topic topic) {
        return Feed.message(topic, UUID.randomUUID().toString(), "k", new byte[10], 15_000);
    }

    @Override
    public void close() {
        transport.close(Duration.ofSeconds(2));
    }
}
