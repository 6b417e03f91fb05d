package io.eventbus.testkit.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NatsServerTest {

    @Test
    void startsAnswersAndLeavesNothingBehind() {
        Path data;
        long pid;
        try (NatsServer server = NatsServer.start()) {
            data = server.dataDir();
            pid = server.pid();
            assertThat(server.version()).matches("\\d+\\.\\d+\\.\\d+.*");
            assertThat(server.url()).isEqualTo("nats://127.0.0.1:" + server.port());
            assertThat(server.isAlive()).isTrue();
            assertThat(data).isDirectory();
            assertThat(server.log()).contains("Server is ready");
        }
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(data).doesNotExist();
    }

    @Test
    void comesBackOnTheSamePortWithTheSameDataAfterBeingKilled() throws IOException {
        try (NatsServer server = NatsServer.start()) {
            int port = server.port();
            long killed = server.pid();
            Files.writeString(server.dataDir().resolve("witness"), "here");
            server.kill();
            assertThat(server.isAlive()).isFalse();
            server.restart();
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.pid()).isNotEqualTo(killed);
            assertThat(server.dataDir().resolve("witness")).hasContent("here");
            assertThat(NatsInfo.ask(server.host(), port).jetStream()).isTrue();
        }
    }
}
