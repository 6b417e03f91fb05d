package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.ConnectionException;
import io.eventbus.api.PublishException;
import io.eventbus.api.Topic;
import io.eventbus.api.config.Secret;
import io.eventbus.kafka.KafkaConfig.Protocol;
import io.eventbus.testkit.broker.KafkaListener;
import io.eventbus.testkit.broker.KafkaServer;
import io.eventbus.testkit.broker.KafkaServerOptions;
import io.eventbus.testkit.broker.TcpProxy;
import io.eventbus.testkit.broker.TestAuthority;
import io.eventbus.testkit.broker.TestIdentity;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways to prove who one is and to whom one talks, on one broker with a listener for each. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class KafkaSecurityIT {

    private static final int PASSWORDS = 0;
    private static final int TLS = 1;
    private static final int MUTUAL = 2;
    private static final int PASSWORDS_TLS = 3;
    private static final int EXPIRED = 4;
    private static final int ELSEWHERE = 5;
    private static final int SHORT_SESSIONS = 6;

    /** Each client has a few connections, and waits from 50 ms on ever longer, to 1 s, between two attempts. */
    private static final int NO_STORM = 30;

    private static TestAuthority ours;
    private static TestAuthority others;
    private static KafkaServer server;

    @BeforeAll
    static void startBroker() {
        ours = TestAuthority.create("ours");
        others = TestAuthority.create("others");
        TestIdentity good = ours.server();
        String[] mechanisms = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"};
        server = KafkaServer.start(KafkaServerOptions.defaults()
                .withListener(KafkaListener.plaintext().withSasl(mechanisms))
                .withListener(KafkaListener.tls(good))
                .withListener(KafkaListener.tls(good).withClientCertificates(ours))
                .withListener(KafkaListener.tls(good).withSasl(mechanisms))
                .withListener(KafkaListener.tls(ours.expiredServer()))
                .withListener(KafkaListener.tls(ours.server("elsewhere.example")))
                .withListener(KafkaListener.plaintext().withSasl("SCRAM-SHA-256"))
                .withProperty("listener.name.link6.scram-sha-256.connections.max.reauth.ms", "2000")
                .withUser("alice", "right-one")
                .withUser("mallory", "right-too"));
    }

    @AfterAll
    static void stopBroker() {
        server.close();
        ours.close();
        others.close();
    }

    private static KafkaConfig.Builder to(int listener) {
        return KafkaNode.quick(server.bootstrapServers(listener)).partitions(2);
    }

    private static KafkaConfig.Builder passwords(String mechanism, String password) {
        return to(PASSWORDS).securityProtocol(Protocol.SASL_PLAINTEXT).sasl(mechanism, "alice", Secret.of(password));
    }

    private static KafkaConfig.Builder tls(int listener, TestAuthority trusted) {
        return to(listener)
                .securityProtocol(Protocol.SSL)
                .truststore(trusted.trustStore().toString(), Secret.of(trusted.password()));
    }

    private static KafkaConfig.Builder as(TestIdentity client) {
        return tls(MUTUAL, ours).keystore(client.keyStore().toString(), Secret.of(client.password()));
    }

    /** Makes a topic, publishes and consumes. */
    private static void worksEndToEnd(KafkaConfig.Builder config) throws Exception {
        try (KafkaNode node = KafkaNode.start(config.build())) {
            worksEndToEnd(node);
        }
    }

    private static void worksEndToEnd(KafkaNode node) throws Exception {
        Topic topic = node.opened();
        node.send(topic, "k", "x").get(30, TimeUnit.SECONDS);
        RecordingSink sink = RecordingSink.acknowledging();
        var subscription = node.consume(topic, sink);
        await().atMost(KafkaNode.PATIENCE).until(() -> sink.received() == 1);
        KafkaNode.stop(subscription);
    }

    /** The start must fail for good and soon, after a few connections, and nothing goes on trying. */
    private static ConnectionException refusal(int listener, KafkaConfig.Builder config) {
        TcpProxy proxy = server.link(listener);
        long before = proxy.connections();
        KafkaTransport transport = new KafkaTransport(config.build());
        long start = System.nanoTime();
        ConnectionException error =
                catchThrowableOfType(ConnectionException.class, () -> transport.start(Duration.ofSeconds(30)));
        assertThat(error).isNotNull();
        assertThat(error.retriable()).as(error.getMessage()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
        transport.close(Duration.ofSeconds(1));
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(9))
                .until(() -> proxy.connections() - before <= 3);
        return error;
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
    void aPassword(String mechanism) throws Exception {
        worksEndToEnd(passwords(mechanism, "right-one"));
        assertThat(refusal(PASSWORDS, passwords(mechanism, "wrong-one")))
                .hasMessageContaining("eventbus.kafka.username")
                .hasMessageNotContaining("wrong-one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PLAIN", "SCRAM-SHA-512"})
    void aPasswordOverTls(String mechanism) throws Exception {
        worksEndToEnd(tls(PASSWORDS_TLS, ours)
                .securityProtocol(Protocol.SASL_SSL)
                .sasl(mechanism, "alice", Secret.of("right-one")));
        assertThat(refusal(
                        PASSWORDS_TLS,
                        tls(PASSWORDS_TLS, ours)
                                .securityProtocol(Protocol.SASL_SSL)
                                .sasl(mechanism, "alice", Secret.of("wrong-one"))))
                .hasMessageContaining("eventbus.kafka.username");
    }

    @Test
    void aBrokerOfATrustedAuthority() throws Exception {
        worksEndToEnd(tls(TLS, ours));
        worksEndToEnd(to(TLS).securityProtocol(Protocol.SSL)
                .truststore(ours.certificate().toString(), null));
    }

    @Test
    void aBrokerThatCannotBeTrustedIsRefused() {
        assertThat(refusal(TLS, tls(TLS, others)))
                .hasMessageContaining("certification path")
                .hasMessageContaining("eventbus.kafka.truststore");
        assertThat(refusal(EXPIRED, tls(EXPIRED, ours)))
                .hasMessageContaining("NotAfter")
                .hasMessageContaining("eventbus.kafka.truststore");
        assertThat(refusal(ELSEWHERE, tls(ELSEWHERE, ours)))
                .hasMessageContaining("127.0.0.1")
                .hasMessageContaining("eventbus.kafka.truststore");
    }

    @Test
    void aClientWithACertificate() throws Exception {
        TestIdentity orders = ours.client("orders");
        worksEndToEnd(as(orders));
        assertThat(refusal(MUTUAL, tls(MUTUAL, ours))).hasMessageContaining("keystore");
        assertThat(refusal(MUTUAL, as(ours.expiredClient("orders")))).hasMessageContaining("keystore");
        assertThat(refusal(MUTUAL, as(others.client("orders")))).hasMessageContaining("keystore");
    }

    @Test
    void aUserWhoIsRevokedIsToldSoWithoutAStorm() throws Exception {
        KafkaConfig config = to(SHORT_SESSIONS)
                .securityProtocol(Protocol.SASL_PLAINTEXT)
                .sasl("SCRAM-SHA-256", "mallory", Secret.of("right-too"))
                .build();
        try (KafkaNode node = KafkaNode.start(config, Duration.ofSeconds(5));
                Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()))) {
            Topic topic = node.opened();
            RecordingSink sink = RecordingSink.acknowledging();
            var subscription = node.consume(topic, sink);
            node.send(topic, "k", "x").get(30, TimeUnit.SECONDS);
            await().atMost(KafkaNode.PATIENCE).until(() -> sink.received() >= 1);

            admin.alterUserScramCredentials(
                            List.of(new UserScramCredentialDeletion("mallory", ScramMechanism.SCRAM_SHA_256)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
            AtomicReference<Throwable> error = new AtomicReference<>();
            await().atMost(KafkaNode.PATIENCE).until(() -> {
                error.set(failureOf(node, topic));
                return error.get() != null;
            });
            assertThat(error.get()).isInstanceOf(PublishException.class);
            assertThat(((PublishException) error.get()).reason()).isEqualTo(PublishException.Reason.UNAUTHORIZED);
            assertThat(error.get()).hasMessageContaining("eventbus.kafka.username");
            await().atMost(KafkaNode.PATIENCE).until(() -> !sink.failures.isEmpty());
            assertThat(sink.failures.get(0).retriable()).isFalse();

            long before = server.link(SHORT_SESSIONS).connections();
            await().during(Duration.ofSeconds(4))
                    .atMost(Duration.ofSeconds(15))
                    .until(() -> server.link(SHORT_SESSIONS).connections() - before <= NO_STORM);
            KafkaNode.stop(subscription);
        }
    }

    private static Throwable failureOf(KafkaNode node, Topic topic) throws Exception {
        try {
            node.send(topic, "k", "y").get(30, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    @Test
    @Tag("C131")
    void aGivenSslEngineFactoryIsUsedByEveryClient() throws Exception {
        Engines.MADE.clear();
        worksEndToEnd(to(TLS).clientId("given")
                .securityProtocol(Protocol.SSL)
                .nativeProperty("ssl.engine.factory.class", Engines.class.getName()));
        assertThat(Engines.MADE)
                .anyMatch(name -> name.contains("-producer"))
                .anyMatch(name -> name.contains("-admin-"))
                .anyMatch(name -> name.contains("-g@"));
    }

    @Test
    @Tag("C131")
    void aGivenSourceOfCredentialsIsUsedByEveryClient() throws Exception {
        Credentials.ASKED.clear();
        Map<String, String> settings = Map.of(
                "eventbus.kafka.bootstrap-servers", server.bootstrapServers(PASSWORDS),
                "eventbus.kafka.client-id", "given",
                "eventbus.kafka.security-protocol", "sasl-plaintext",
                "eventbus.kafka.sasl-mechanism", "PLAIN",
                "eventbus.kafka.kafka.sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required;",
                "eventbus.kafka.kafka.sasl.client.callback.handler.class", Credentials.class.getName());
        try (KafkaNode node = KafkaNode.start(KafkaConfig.from(settings, Map.of()))) {
            worksEndToEnd(node);
        }
        assertThat(Credentials.ASKED)
                .anyMatch(name -> name.contains("-producer"))
                .anyMatch(name -> name.contains("-admin-"))
                .anyMatch(name -> name.contains("-g@"));
    }

    /** Trusts our authority, which nobody told the clients of, and notes for whom. */
    public static final class Engines extends DefaultSslEngineFactory {

        static final Set<String> MADE = ConcurrentHashMap.newKeySet();
        private String client = "";

        @Override
        public void configure(Map<String, ?> configs) {
            client = String.valueOf(configs.get("client.id"));
            Map<String, Object> more = new HashMap<>(configs);
            more.put("ssl.truststore.location", ours.trustStore().toString());
            more.put("ssl.truststore.type", "PKCS12");
            more.put("ssl.truststore.password", new org.apache.kafka.common.config.types.Password(ours.password()));
            super.configure(more);
        }

        @Override
        public SSLEngine createClientSslEngine(String host, int port, String rules) {
            MADE.add(client);
            return super.createClientSslEngine(host, port, rules);
        }
    }

    /** Knows the password that nobody told the clients. */
    public static final class Credentials implements AuthenticateCallbackHandler {

        static final Set<String> ASKED = ConcurrentHashMap.newKeySet();

        @Override
        public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
            ASKED.add(String.valueOf(configs.get("client.id")));
        }

        @Override
        public void handle(Callback[] callbacks) {
            for (Callback callback : callbacks) {
                if (callback instanceof NameCallback name) {
                    name.setName("alice");
                } else if (callback instanceof PasswordCallback password) {
                    password.setPassword("right-one".toCharArray());
                }
            }
        }

        @Override
        public void close() {
            // keeps nothing
        }
    }
}
