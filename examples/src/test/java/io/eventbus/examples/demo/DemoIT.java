package io.eventbus.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource({"memory,h2", "nats,h2", "kafka,h2", "nats,postgres"})
    void whatIsCommittedArrivesInTheOrderOfTheCommitsAndNothingElse(String broker, String database) throws Exception {
        Path json = folder.resolve("report.json");
        Process demo = demo(
                "--outbox",
                "--db",
                database,
                "--broker",
                broker,
                "--load",
                "medium",
                "--rollback-rate",
                "0.2",
                "--fail-rate",
                "0.02",
                "--json",
                json.toString());
        assertThat(demo.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(demo.exitValue()).as(output()).isZero();
        JsonNode report = new ObjectMapper().readTree(json.toFile()).get(0);
        assertThat(report.get("ledger").asText()).isEqualTo("exact");
        assertThat(report.get("handled").asInt()).isEqualTo(2_000);
        JsonNode outbox = report.get("outbox");
        assertThat(outbox.get("db").asText()).isEqualTo(database);
        assertThat(outbox.get("committed").asInt()).isEqualTo(2_000);
        assertThat(outbox.get("rolled_back").asInt()).isBetween(300, 700);
        assertThat(outbox.get("relayed").asInt()).isEqualTo(2_000);
        assertThat(outbox.get("dead").asInt()).isZero();
        assertThat(outbox.get("commit_to_ack_ms").get("p99").asDouble()).isPositive();
        assertThat(output()).contains("rolled back").contains("100 %");
    }

    @Test
    void anOutboxKeepsWhatABrokerThatIsKilledCannotTake() throws Exception {
        Process demo = demo("--outbox", "--broker", "nats", "--load", "20000", "--kills", "2", "--cuts", "4");
        assertThat(demo.waitFor(8, TimeUnit.MINUTES)).isTrue();
        assertThat(demo.exitValue()).as(output()).isZero();
        assertThat(output()).containsPattern("ledger +exact");
    }

    @Test
    void aTerminationTellsWhatWaitsInTheOutbox() throws Exception {
        Process demo = demo("--outbox", "--broker", "nats", "--load", "200000", "--handler-ms", "5");
        await().atMost(Duration.ofMinutes(2)).until(() -> output().contains("nats: 0 %"));
        demo.destroy();
        assertThat(demo.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(143);
        assertThat(output())
                .contains("interrupted on nats: committed ")
                .contains("committed events wait in the outbox")
                .contains("given back to the broker");
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
    @ValueSource(
            strings = {
                "--outbox --db=oracle",
                "--outbox --rollback-rate=1",
                "--outbox --rollback-rate=-0.1",
                "--outbox --rollback-rate=NaN",
                "--db=h2",
                "--rollback-rate=0.2"
            })
    void aWrongOutboxIsExplained(String options) throws Exception {
        Process demo = demo(options.split(" "));
        assertThat(demo.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(2);
        assertThat(output()).contains("Usage: demo");
    }

    @Test
    void aDatabaseThatIsNotFoundEndsTheDemoWithTheWaysTried() throws Exception {
        Map<String, String> nowhere = Map.of("DATABASES_POSTGRES_URL", "jdbc:postgresql://127.0.0.1:1/none");
        Process demo = demo(nowhere, "--outbox", "--db", "postgres", "--broker", "memory");
        assertThat(demo.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(demo.exitValue()).as(output()).isEqualTo(3);
        assertThat(output()).contains("jdbc:postgresql://127.0.0.1:1/none");
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
        return demo(Map.of(), options);
    }

    private Process demo(Map<String, String> environment, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                classPath(),
                "io.eventbus.examples.demo.Demo"));
        command.addAll(Arrays.asList(options));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** That of the script, which is narrower than that of the tests. */
    private static String classPath() throws IOException {
        Path target = Path.of("target");
        return target.resolve("classes").toAbsolutePath()
                + File.pathSeparator
                + Files.readString(target.resolve("runtime.classpath"));
    }

    private String output() {
        try {
            return Files.readString(folder.resolve("out"));
        } catch (IOException e) {
            return "";
        }
    }
}
