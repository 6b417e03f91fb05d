package io.eventbus.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo as a user runs it: a process with options, an exit status and a report. */
class DemoIT {

    @TempDir
    Path folder;

    @Test
    void aRunOnAllBrokersIsExact() throws Exception {
        Path json = folder.resolve("report.json");
        Process demo = demo("--load", "medium", "--fail-rate", "0.05", "--json", json.toString());
        assertThat(demo.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(demo.exitValue()).as(output()).isZero();
        JsonNode reports = new ObjectMapper().readTree(json.toFile());
        assertThat(reports).hasSize(3);
        for (JsonNode report : reports) {
            assertThat(report.get("ledger").asText()).isEqualTo("exact");
            assertThat(report.get("handled").asInt()).isEqualTo(2_000);
            assertThat(report.get("retried").asInt()).isPositive();
            assertThat(report.get("reordered").asInt()).isZero();
            assertThat(report.get("latency_ms").get("p99").asDouble()).isPositive();
        }
        assertThat(output()).contains("ledger").contains("100 %");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nats", "kafka"})
    void aBrokerThatIsKilledAndConnectionsThatAreCutLeaveTheLedgerExact(String broker) throws Exception {
        Process demo = demo("--broker", broker, "--load", "20000", "--kills", "3", "--cuts", "12");
        assertThat(demo.waitFor(8, TimeUnit.MINUTES)).isTrue();
        assertThat(demo.exitValue()).as(output()).isZero();
        assertThat(output()).containsPattern("ledger +exact");
    }

    @Test
    void aTerminationClosesInOrderAndTellsWhatIsUnfinished() throws Exception {
        Process demo = demo("--broker", "nats", "--load", "200000", "--handler-ms", "5");
        await().atMost(Duration.ofMinutes(2)).until(() -> output().contains("nats: 0 %"));
        demo.destroy();
        assertThat(demo.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(143);
        assertThat(output()).contains("interrupted on nats").contains("given back to the broker");
    }

    @Test
    void aMalformedLineIsNamedAndNothingIsPublished() throws Exception {
        Path input = Files.writeString(folder.resolve("bad.jsonl"), "{\"aggregate_id\":\"a\"}\n");
        Process demo = demo("--broker", "memory", "--input", input.toString());
        assertThat(demo.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(4);
        assertThat(output()).contains(input + ":1:").contains("--skip-bad");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--load=much", "--fail-rate=2", "--broker=rabbit", "--topics=0", "--unknown"})
    void aWrongCommandLineIsExplained(String option) throws Exception {
        Process demo = demo(option);
        assertThat(demo.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(2);
        assertThat(output()).contains("Usage: demo");
    }

    private Process demo(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.eventbus.examples.demo.Demo"));
        command.addAll(Arrays.asList(options));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("out"));
        } catch (IOException e) {
            return "";
        }
    }
}
