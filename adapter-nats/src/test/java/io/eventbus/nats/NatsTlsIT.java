package io.eventbus.nats;

import static io.eventbus.nats.Secured.at;
import static io.eventbus.nats.Secured.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.ConnectionException;
import io.eventbus.api.Health;
import io.eventbus.api.config.Secret;
import io.eventbus.testkit.broker.NatsServer;
import io.eventbus.testkit.broker.NatsServerOptions;
import io.eventbus.testkit.broker.NatsUser;
import io.eventbus.testkit.broker.TestAuthority;
import io.eventbus.testkit.broker.TestIdentity;
import java.io.File;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** TLS and mutual TLS on real servers, with certificates that are right and wrong. */
class NatsTlsIT {

    private static TestAuthority ours;
    private static TestAuthority others;
    private static TestIdentity serverIdentity;
    private static NatsServer encrypted;
    private static NatsServer mutual;

    @BeforeAll
    static void startServers() {
        ours = TestAuthority.create("ours");
        others = TestAuthority.create("others");
        serverIdentity = ours.server();
        encrypted = NatsServer.start(NatsServerOptions.defaults().withTls(serverIdentity));
        mutual = NatsServer.start(NatsServerOptions.defaults().withMutualTls(serverIdentity, ours));
    }

    @AfterAll
    static void stopServers() {
        encrypted.close();
        mutual.close();
        ours.close();
        others.close();
    }

    private static NatsConfig.Builder trusting(NatsServer server, TestAuthority authority) {
        return at(server).trustStore(authority.trustStore().toString(), Secret.of(authority.password()));
    }

    private static NatsConfig.Builder as(TestIdentity client) {
        return trusting(mutual, ours).keyStore(client.keyStore().toString(), Secret.of(client.password()));
    }

    @Test
    void aServerOfATrustedAuthority() throws Exception {
        try (Secured bus = Secured.start(trusting(encrypted, ours))) {
            bus.worksEndToEnd();
        }
        try (Secured bus = Secured.start(trusting(encrypted, ours).servers("tls://localhost:" + encrypted.port()))) {
            bus.worksEndToEnd();
        }
    }

    @Test
    void aServerOfAnotherAuthorityIsRefused() throws Exception {
        assertThat(refusal(encrypted, trusting(encrypted, others)))
                .hasMessageContaining("no TLS connection")
                .hasMessageContaining("unable to find valid certification path")
                .hasMessageContaining("eventbus.nats.tls");
        assertThat(refusal(encrypted, at(encrypted).tls(true))).hasMessageContaining("certification path");
    }

    @Test
    void aServerWhoseCertificateHasExpiredIsRefused() throws Exception {
        try (NatsServer server = NatsServer.start(NatsServerOptions.defaults().withTls(ours.expiredServer()))) {
            assertThat(refusal(server, trusting(server, ours)))
                    .hasMessageContaining("no TLS connection")
                    .hasMessageContaining("NotAfter");
        }
    }

    @Test
    void aServerForAnotherHostIsRefused() throws Exception {
        try (NatsServer server =
                NatsServer.start(NatsServerOptions.defaults().withTls(ours.server("elsewhere.example")))) {
            assertThat(refusal(server, trusting(server, ours)))
                    .hasMessageContaining("no TLS connection")
                    .hasMessageContaining("127.0.0.1");
            try (Secured bus = Secured.start(trusting(server, ours).tlsVerifyHost(false))) {
                bus.worksEndToEnd();
            }
        }
    }

    @Test
    void aClientWithACertificate() throws Exception {
        try (Secured bus = Secured.start(as(ours.client("orders")))) {
            bus.worksEndToEnd();
        }
    }

    @Test
    void aClientWithoutAGoodCertificateIsRefused() throws Exception {
        assertThat(refusal(mutual, trusting(mutual, ours))).hasMessageContaining("key-store");
        assertThat(refusal(mutual, as(ours.expiredClient("orders")))).hasMessageContaining("key-store");
        assertThat(refusal(mutual, as(others.client("orders")))).hasMessageContaining("key-store");
    }

    @Test
    void aPasswordOverTls() throws Exception {
        try (NatsServer server = NatsServer.start(
                NatsServerOptions.defaults().withTls(serverIdentity).withUsers(NatsUser.password("alice", "right")))) {
            try (Secured bus = Secured.start(trusting(server, ours).user("alice", Secret.of("right")))) {
                bus.worksEndToEnd();
            }
            assertThat(refusal(server, trusting(server, ours).user("alice", Secret.of("wrong-one"))))
                    .hasMessageContaining("refuses the credentials")
                    .hasMessageNotContaining("wrong-one");
        }
    }

    /** The server keeps its greeting back for longer than the client waits, unless the handshake comes first. */
    @Test
    void aServerThatWantsTheHandshakeBeforeItsGreeting() throws Exception {
        NatsServerOptions tls = NatsServerOptions.defaults().withTls(serverIdentity);
        String handshakeFirst = tls.extraConfig().replaceFirst("tls \\{", "tls {\n  handshake_first: \"1800ms\"");
        Duration patience = Duration.ofSeconds(1);
        try (NatsServer server = NatsServer.start(
                new NatsServerOptions(Optional.of("trixie"), handshakeFirst, Optional.empty(), tls.files()))) {
            try (Secured bus =
                    Secured.start(trusting(server, ours).tlsFirst(true).connectTimeout(patience))) {
                bus.worksEndToEnd();
            }
            assertThat(refusal(server, trusting(server, others).tlsFirst(true)))
                    .hasMessageContaining("unable to find valid certification path");
            NatsTransport waiting = new NatsTransport(
                    trusting(server, ours).connectTimeout(patience).build());
            assertThatThrownBy(() -> waiting.start(Duration.ofSeconds(3))).isInstanceOf(ConnectionException.class);
        }
    }

    @Test
    void aServerThatGreetsFirstIsNamedWhereTheHandshakeShouldComeFirst() throws Exception {
        assertThat(refusal(encrypted, trusting(encrypted, ours).tlsFirst(true)))
                .hasMessageContaining("no TLS connection")
                .hasMessageContaining("tls-first");
    }

    @Test
    void aWrongPasswordOfAStoreIsNamed() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Secured.start(
                        at(encrypted).trustStore(ours.trustStore().toString(), Secret.of("not-this-one")))))
                .isInstanceOf(io.eventbus.api.ConfigurationException.class)
                .hasMessageContaining("eventbus.nats.trust-store-password")
                .hasMessageNotContaining("not-this-one");
    }

    @Test
    @Tag("C131")
    void aGivenSslContextIsUsedByEveryConnectionAfterAReconnectToo() throws Exception {
        AtomicInteger handshakes = new AtomicInteger();
        SSLContext given = SSLContext.getInstance("TLS");
        given.init(null, new TrustManager[] {new Counting(trustManager(), handshakes)}, null);
        try (NatsServer server = NatsServer.start(NatsServerOptions.defaults().withTls(serverIdentity));
                Secured bus = Secured.start(at(server).sslContext(given))) {
            bus.worksEndToEnd();
            assertThat(handshakes).hasValue(1);
            server.restart();
            await().atMost(Secured.TIMEOUT).until(() -> handshakes.get() == 2 && bus.health() == Health.Status.UP);
            bus.worksEndToEnd();
            assertThat(handshakes).hasValue(2);
        }
    }

    @Test
    @Tag("C131")
    void aGivenSslContextDoesNotSwitchTheCheckOfTheHostOff() throws Exception {
        SSLContext given = SSLContext.getInstance("TLS");
        given.init(null, new TrustManager[] {trustManager()}, null);
        try (NatsServer server =
                NatsServer.start(NatsServerOptions.defaults().withTls(ours.server("elsewhere.example")))) {
            assertThat(refusal(server, at(server).sslContext(given))).hasMessageContaining("127.0.0.1");
        }
    }

    private static X509ExtendedTrustManager trustManager() throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(KeyStore.getInstance(
                new File(ours.trustStore().toString()), ours.password().toCharArray()));
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    /** A trust manager that counts how often a server's certificate was checked. */
    private static final class Counting extends X509ExtendedTrustManager {

        private final X509ExtendedTrustManager given;
        private final AtomicInteger handshakes;

        Counting(X509ExtendedTrustManager given, AtomicInteger handshakes) {
            this.given = given;
            this.handshakes = handshakes;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            handshakes.incrementAndGet();
            given.checkServerTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            handshakes.incrementAndGet();
            given.checkServerTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            handshakes.incrementAndGet();
            given.checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            given.checkClientTrusted(chain, type, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            given.checkClientTrusted(chain, type, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            given.checkClientTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return given.getAcceptedIssuers();
        }
    }
}
