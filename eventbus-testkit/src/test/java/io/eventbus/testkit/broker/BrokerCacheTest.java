package io.eventbus.testkit.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerCacheTest {

    private static final int RACERS = 3;

    @TempDir
    Path directory;

    private final AtomicInteger fillings = new AtomicInteger();
    private BrokerCache cache;

    @BeforeEach
    void open() {
        cache = new BrokerCache(directory);
    }

    @Test
    void fillsAnEntryOnce() throws Exception {
        assertThat(entry().resolve("bin/tool")).hasContent("tool");
        assertThat(entry().resolve("bin/tool")).hasContent("tool");
        assertThat(fillings).hasValue(1);
    }

    @Test
    void fillsAgainWhatIsTruncatedOrIncomplete() throws Exception {
        Files.write(entry().resolve("bin/tool"), new byte[] {'t'}, StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(entry().resolve("bin/tool")).hasContent("tool");
        Files.delete(entry().resolve("bin/tool"));
        assertThat(entry().resolve("bin/tool")).hasContent("tool");
        Files.delete(entry().resolve(".manifest"));
        assertThat(entry().resolve("bin/tool")).hasContent("tool");
        assertThat(fillings).hasValue(4);
    }

    @Test
    void leavesNothingBehindWhenFillingFails() throws Exception {
        assertThatThrownBy(() -> cache.entry("tool", fresh -> {
                    Files.writeString(fresh.resolve("half"), "ha");
                    throw new IOException("line is dead");
                }))
                .hasMessage("line is dead");
        try (var left = Files.list(directory)) {
            assertThat(left).extracting(path -> path.getFileName().toString()).containsExactly(".tool.lock");
        }
        assertThat(entry().resolve("bin/tool")).hasContent("tool");
    }

    @Test
    void oneOfSeveralProcessesFillsAndTheOthersWaitForIt() throws Exception {
        List<Process> racers = new ArrayList<>();
        for (int i = 0; i < RACERS; i++) {
            racers.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            CacheRacer.class.getName(),
                            directory.toString())
                    .redirectErrorStream(true)
                    .start());
        }
        List<String> said = new ArrayList<>();
        for (Process racer : racers) {
            assertThat(racer.waitFor(60, TimeUnit.SECONDS)).isTrue();
            said.add(new String(racer.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        }
        assertThat(said).filteredOn(line -> line.equals("filled")).hasSize(1);
        assertThat(said).filteredOn(line -> line.equals("found")).hasSize(RACERS - 1);
    }

    private Path entry() throws IOException, InterruptedException {
        return cache.entry("tool", fresh -> {
            fillings.incrementAndGet();
            Files.createDirectories(fresh.resolve("bin"));
            Files.writeString(fresh.resolve("bin/tool"), "tool");
        });
    }
}
