package io.eventbus.testkit.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalProcessTest {

    @TempDir
    Path directory;

    @Test
    void endsWithTheJvmThatStartedItEvenIfThatWasKilled() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Orphaner.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> words = List.of(said.readLine().split(" ", 2));
            ProcessHandle child = ProcessHandle.of(Long.parseLong(words.get(0))).orElseThrow();
            parent.destroyForcibly();
            await().atMost(Duration.ofMinutes(1)).until(() -> !child.isAlive());
            await().atMost(Duration.ofMinutes(1)).until(() -> !Files.exists(Path.of(words.get(1))));
        }
    }

    @Test
    void freezesAndEndsItsProcess() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        try (LocalProcess process = new LocalProcess(List.of("sh", "-c", "echo up; exec sleep 600"), home, home)) {
            process.start();
            await().until(() -> process.log().contains("up"));
            process.pause();
            assertThat(state(process.pid())).isEqualTo("T");
            process.unpause();
            assertThat(state(process.pid())).isNotEqualTo("T");
            process.pause();
            process.stop();
            assertThat(process.isAlive()).isFalse();
            process.start();
            process.kill();
            assertThat(process.isAlive()).isFalse();
        }
        assertThat(home).doesNotExist();
    }

    private static String state(long pid) throws Exception {
        return Commands.run(Path.of("/"), List.of("ps", "-o", "state=", "-p", Long.toString(pid)), 10)
                .output()
                .strip();
    }
}
