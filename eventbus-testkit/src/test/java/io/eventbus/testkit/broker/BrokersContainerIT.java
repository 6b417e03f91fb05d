package io.eventbus.testkit.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What can be done to a broker in a container; runs with {@code brokers.with=containers} only, and then has to. */
class BrokersContainerIT {

    @AfterEach
    void forget() {
        System.clearProperty(NatsWays.URL);
        System.clearProperty(KafkaWays.BOOTSTRAP);
    }

    @Test
    void aNatsServerIsFrozenKilledAndComesBackOnTheSamePort() throws IOException {
        try (NatsServer server = NatsServer.start()) {
            int port = server.port();
            long first = server.pid();
            assertThatThrownBy(server::dataDir)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("container");

            server.pause();
            assertThat(server.isAlive()).isTrue();
            assertThatThrownBy(() -> NatsInfo.ask(server.host(), port)).isInstanceOf(IOException.class);
            server.unpause();
            assertThat(NatsInfo.ask(server.host(), port).jetStream()).isTrue();

            server.kill();
            assertThat(server.isAlive()).isFalse();
            assertThatThrownBy(() -> NatsInfo.ask(server.host(), port)).isInstanceOf(IOException.class);
            server.restart();
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.pid()).isNotEqualTo(first);

            server.pause();
            server.kill();
            assertThat(server.isAlive()).isFalse();
            server.restart();
            server.reload(NatsServerOptions.defaults().withConfig("debug: true"));
            assertThat(NatsInfo.ask(server.host(), port).jetStream()).isTrue();
            server.stop();
            assertThat(server.isAlive()).isFalse();
        }
    }

    @Test
    void aKafkaBrokerIsFrozenKilledAndComesBackOnTheSamePort() throws IOException {
        try (KafkaServer server = KafkaServer.start(KafkaServerOptions.proxiedListeners(1))) {
            int port = server.port();
            long first = server.pid();

            server.pause();
            assertThat(server.isAlive()).isTrue();
            assertThatThrownBy(() -> KafkaProbe.brokers(KafkaPorts.LOOPBACK, port))
                    .isInstanceOf(IOException.class);
            server.unpause();
            assertThat(KafkaProbe.brokers(KafkaPorts.LOOPBACK, port)).isNotEmpty();

            server.kill();
            assertThat(server.isAlive()).isFalse();
            server.restart();
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.pid()).isNotEqualTo(first);
            assertThat(KafkaProbe.brokers(KafkaPorts.LOOPBACK, server.link(0).port()))
                    .isNotEmpty();
        }
    }

    @Test
    void anotherWayThatIsAskedForAsWellIsRefused() {
        System.setProperty(NatsWays.URL, "nats://127.0.0.1:4222");
        assertThatThrownBy(NatsServer::start)
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("contradicts brokers.with=containers");
        System.setProperty(KafkaWays.BOOTSTRAP, "127.0.0.1:9092");
        assertThatThrownBy(KafkaServer::start)
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("contradicts brokers.with=containers");
    }
}
