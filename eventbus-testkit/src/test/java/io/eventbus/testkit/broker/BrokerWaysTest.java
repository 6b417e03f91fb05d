package io.eventbus.testkit.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when the way an operator asked for does not lead to a broker, and when there is nothing but an external one. */
class BrokerWaysTest {

    @TempDir
    Path directory;

    @AfterEach
    void forget() {
        for (String property : new String[] {
            NatsWays.URL, NatsWays.BINARY, NatsWays.SUITE, KafkaWays.BOOTSTRAP, KafkaWays.VERSION, "brokers.cache"
        }) {
            System.clearProperty(property);
        }
    }

    @Test
    void namesTheGivenProgramThatIsNotOne() {
        System.setProperty(NatsWays.BINARY, directory.resolve("no-such").toString());
        assertThatThrownBy(NatsServer::start)
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("no-such is not an executable file")
                .hasMessageContaining("What to do:");
    }

    @Test
    void listsEveryWayTriedWhenNoneWorks() {
        System.setProperty("brokers.cache", directory.toString());
        System.setProperty(NatsWays.SUITE, "../no suite");
        assertThatThrownBy(NatsServer::start)
                .isInstanceOfSatisfying(
                        BrokerUnavailableException.class,
                        e -> assertThat(e.waysTried())
                                .hasSize(5)
                                .anyMatch(way -> way.startsWith("nats-server on the PATH"))
                                .anyMatch(way -> way.startsWith("Docker image"))
                                .anyMatch(way -> way.contains("is not the name of a suite")));
    }

    @Test
    void doesNotFallBackWhenTheGivenServerIsNotThere() throws Exception {
        System.setProperty(NatsWays.URL, "nats://user:secret@127.0.0.1:" + FreePorts.next());
        assertThatThrownBy(NatsServer::start)
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("Connection refused")
                .hasMessageNotContaining("secret");
        System.setProperty(KafkaWays.BOOTSTRAP, "127.0.0.1:" + FreePorts.next());
        assertThatThrownBy(KafkaServer::start)
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("Connection refused");
    }

    @Test
    void usesAnExternalServerAndDoesNothingToIt() {
        try (NatsServer own = NatsServer.start()) {
            System.setProperty(NatsWays.URL, own.url());
            try (NatsServer external = NatsServer.start()) {
                assertThat(external.port()).isEqualTo(own.port());
                assertThat(external.version()).isEqualTo(own.version());
                assertThatThrownBy(external::kill)
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining(NatsWays.URL);
            }
            assertThat(own.isAlive()).isTrue();
            assertThatThrownBy(
                            () -> NatsServer.start(NatsServerOptions.defaults().withConfig("debug: true")))
                    .isInstanceOf(BrokerUnavailableException.class);
        }
    }

    @Test
    void refusesAVersionOfKafkaThatIsNotOne() {
        System.setProperty("brokers.cache", directory.toString());
        System.setProperty(KafkaWays.VERSION, "newest");
        assertThatThrownBy(KafkaServer::start)
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("'newest' is not a version of Kafka");
    }
}
