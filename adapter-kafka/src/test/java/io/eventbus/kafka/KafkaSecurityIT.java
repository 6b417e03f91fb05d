package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.ConnectionException;
import io.eventbus.api.EventBusException;
import io.eventbus.api.config.Secret;
import io.eventbus.kafka.KafkaConfig.Protocol;
import io.eventbus.testkit.broker.KafkaServer;
import io.eventbus.testkit.broker.KafkaServerOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The transport on a broker that asks for a user and a password. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class KafkaSecurityIT {

    private static KafkaServer server;

    @BeforeAll
    static void startBroker() {
        server = KafkaServer.start(KafkaServerOptions.proxiedListeners(1)
                .withProperty(
                        "listener.security.protocol.map", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT,LINK0:SASL_PLAINTEXT")
                .withProperty(
                        "listener.name.link0.plain.sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"right\";")
                .withProperty("listener.name.link0.sasl.enabled.mechanisms", "PLAIN"));
    }

    @AfterAll
    static void stopBroker() {
        server.close();
    }

    private static KafkaConfig config(String password) {
        return KafkaNode.quick(server.bootstrapServers(0))
                .securityProtocol(Protocol.SASL_PLAINTEXT)
                .sasl("PLAIN", "alice", Secret.of(password))
                .build();
    }

    @Test
    void takesTheRightPassword() throws Exception {
        try (KafkaNode node = KafkaNode.start(config("right"))) {
            node.send(node.opened(), "k", "x").get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void refusesTheWrongPasswordForGoodAndSoon() {
        KafkaTransport transport = new KafkaTransport(config("wrong-one"));
        long start = System.nanoTime();
        assertThatThrownBy(() -> transport.start(Duration.ofSeconds(30)))
                .isInstanceOf(ConnectionException.class)
                .hasMessageContaining("eventbus.kafka.username")
                .hasMessageNotContaining("wrong-one")
                .returns(false, e -> ((EventBusException) e).retriable());
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
        transport.close(Duration.ofSeconds(1));
    }
}
