package io.eventbus.testkit.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class KafkaServerTest {

    @Test
    void comesBackWithTheSamePortsLinksAndDataAfterBeingKilled() throws IOException {
        try (KafkaServer server = KafkaServer.start(KafkaServerOptions.proxiedListeners(2))) {
            assertAnswers(server);
            Files.writeString(server.dataDir().resolve("witness"), "here");
            long killed = server.pid();
            server.kill();
            assertThat(server.isAlive()).isFalse();
            server.restart();
            assertThat(server.pid()).isNotEqualTo(killed);
            assertThat(server.dataDir().resolve("witness")).hasContent("here");
            assertAnswers(server);
        }
    }

    private static void assertAnswers(KafkaServer server) throws IOException {
        assertThat(KafkaProbe.brokers("127.0.0.1", server.port())).containsExactly(server.bootstrapServers());
        for (int i = 0; i < 2; i++) {
            assertThat(KafkaProbe.brokers("127.0.0.1", server.link(i).port()))
                    .containsExactly(server.bootstrapServers(i));
        }
    }
}
