package io.eventbus.nats;

import static io.eventbus.nats.Secured.at;
import static io.eventbus.nats.Secured.refusal;
import static io.eventbus.nats.Secured.staysQuiet;
import static io.eventbus.nats.Secured.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.Health;
import io.eventbus.api.Topic;
import io.eventbus.api.config.Secret;
import io.eventbus.testkit.broker.NatsServer;
import io.eventbus.testkit.broker.NatsServerOptions;
import io.eventbus.testkit.broker.NatsUser;
import io.eventbus.testkit.broker.TcpProxy;
import io.nats.client.NKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to prove who one is, on real servers that ask. */
class NatsSecurityIT {

    private static final NatsUser ALICE = NatsUser.password("alice", "right-one");
    private static final Duration A_WHILE = Duration.ofSeconds(2);
    /** The connection, and the two refusals after which the client gives up, and one to spare. */
    private static final int GIVES_UP = 4;

    private static NatsServer server;
    private static NKey signer;

    @BeforeAll
    static void startServer() throws Exception {
        signer = NKey.createUser(null);
        server = NatsServer.start(everybody());
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static NatsServerOptions everybody() throws Exception {
        return NatsServerOptions.defaults().withUsers(ALICE, NatsUser.nkey(new String(signer.getPublicKey())));
    }

    private static NatsConfig.Builder alice() {
        return at(server).user("alice", Secret.of("right-one"));
    }

    @Test
    void aUserWithAPassword() throws Exception {
        try (Secured bus = Secured.start(alice())) {
            bus.worksEndToEnd();
        }
        assertThat(refusal(server, alice().user("alice", Secret.of("wrong-one"))))
                .hasMessageContaining("refuses the credentials")
                .hasMessageContaining("eventbus.nats.user")
                .hasMessageNotContaining("wrong-one");
        assertThat(refusal(server, at(server))).hasMessageContaining("refuses the credentials");
    }

    @Test
    void aUserInTheUrl() throws Exception {
        try (Secured bus = Secured.start(at(server).servers("nats://alice:right-one@127.0.0.1:" + server.port()))) {
            bus.worksEndToEnd();
        }
    }

    @Test
    void anNkey() throws Exception {
        try (Secured bus = Secured.start(at(server).nkeySeed(Secret.of(new String(signer.getSeed()))))) {
            bus.worksEndToEnd();
        }
        NKey other = NKey.createUser(null);
        assertThat(refusal(server, at(server).nkeySeed(Secret.of(new String(other.getSeed())))))
                .hasMessageContaining("refuses the credentials")
                .hasMessageContaining("nkey-seed");
    }

    @Test
    void aToken() throws Exception {
        try (NatsServer closed = NatsServer.start(NatsServerOptions.defaults().withToken("right-token"))) {
            try (Secured bus = Secured.start(at(closed).token(Secret.of("right-token")))) {
                bus.worksEndToEnd();
            }
            try (Secured bus = Secured.start(at(closed).servers("nats://right-token@127.0.0.1:" + closed.port()))) {
                bus.worksEndToEnd();
            }
            assertThat(refusal(closed, at(closed).token(Secret.of("wrong-token"))))
                    .hasMessageContaining("eventbus.nats.user, .password, .token")
                    .hasMessageNotContaining("wrong-token");
        }
    }

    @Test
    void aCredentialsFile(@TempDir Path directory) throws Exception {
        NatsJwt operator = new NatsJwt();
        Path good = operator.credentials(directory.resolve("good.creds"), Duration.ofHours(1));
        Path expired = operator.credentials(directory.resolve("expired.creds"), Duration.ofHours(-1));
        Path strangers = new NatsJwt().credentials(directory.resolve("strangers.creds"), Duration.ofHours(1));
        Path brief = operator.credentials(directory.resolve("brief.creds"), Duration.ofSeconds(3));
        try (NatsServer closed = NatsServer.start(operator.server());
                TcpProxy proxy = TcpProxy.to(closed.host(), closed.port());
                Secured soonOver = Secured.start(
                        at(closed).credentialsFile(brief.toString()).servers("nats://127.0.0.1:" + proxy.port()))) {
            soonOver.worksEndToEnd();
            try (Secured bus = Secured.start(at(closed).credentialsFile(good.toString()))) {
                bus.worksEndToEnd();
            }
            for (Path bad : new Path[] {expired, strangers}) {
                assertThat(refusal(closed, at(closed).credentialsFile(bad.toString())))
                        .hasMessageContaining("refuses the credentials")
                        .hasMessageContaining(".credentials-file");
            }
            await().atMost(Secured.TIMEOUT)
                    .until(() -> soonOver.transport.health().detail().contains("closed for good"));
            assertThat(soonOver.health()).isEqualTo(Health.Status.DOWN);
            soonOver.mayNotPublish(topic(), "start a new bus");
            // Within the second in which the token ends the server lets its owner in and cuts him off again.
            assertThat(proxy.connections()).isLessThan(100);
            staysQuiet(proxy, proxy.connections(), A_WHILE);
        }
    }

    @Test
    void aCredentialsFileIsReadAgainWithEachReconnect(@TempDir Path directory) throws Exception {
        NatsJwt operator = new NatsJwt();
        Path file = operator.credentials(directory.resolve("brief.creds"), Duration.ofSeconds(4));
        try (NatsServer closed = NatsServer.start(operator.server());
                TcpProxy proxy = TcpProxy.to(closed.host(), closed.port());
                Secured bus = Secured.start(
                        at(closed).credentialsFile(file.toString()).servers("nats://127.0.0.1:" + proxy.port()))) {
            operator.credentials(file, Duration.ofHours(1));
            await().atMost(Secured.TIMEOUT).until(() -> proxy.connections() == 2 && bus.health() == Health.Status.UP);
            bus.worksEndToEnd();
        }
    }

    @Test
    void aUserWhoIsRevokedEndsTheBusWithoutAStorm() throws Exception {
        Topic topic = topic();
        try (NatsServer own = NatsServer.start(NatsServerOptions.defaults().withUsers(ALICE));
                TcpProxy proxy = TcpProxy.to(own.host(), own.port());
                Secured bus = Secured.start(
                        at(own).user("alice", Secret.of("right-one")).servers("nats://127.0.0.1:" + proxy.port()))) {
            Recorder sink = Recorder.ofAll(10);
            bus.transport.open(topic, Secured.TIMEOUT);
            sink.subscription = bus.transport.consume(Secured.spec(topic), sink);
            bus.publishes(topic);
            own.reload(NatsServerOptions.defaults().withUsers(NatsUser.password("bob", "other-one")));
            await().atMost(Secured.TIMEOUT)
                    .until(() -> bus.transport.health().detail().contains("start a new bus"));
            assertThat(bus.health()).isEqualTo(Health.Status.DOWN);
            assertThat(bus.transport.health().detail()).contains("Authorization Violation");
            bus.mayNotPublish(topic, "refused the credentials");
            await().atMost(Secured.TIMEOUT).until(() -> sink.failure != null && !sink.failure.retriable());
            staysQuiet(proxy, GIVES_UP, A_WHILE);
            sink.close();
        }
    }

    @Test
    void aCredentialsFileThatIsNotThereIsNamed(@TempDir Path directory) throws Exception {
        Path nowhere = directory.resolve("nowhere.creds");
        assertThat(Files.exists(nowhere)).isFalse();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> Secured.start(at(server).credentialsFile(nowhere.toString()))))
                .isInstanceOf(io.eventbus.api.EventBusException.class)
                .hasMessageContaining(nowhere.toString())
                .satisfies(e -> assertThat(((io.eventbus.api.EventBusException) e).retriable())
                        .isFalse());
    }
}
