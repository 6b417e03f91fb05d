package io.eventbus.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWorkloadTest {

    private static final String GOOD =
            "{\"aggregate_id\":\"a\",\"event_type\":\"T\",\"event_version\":1,\"timestamp\":\"2010-10-02T09:20:39.266+02:00\",\"payload\":{\"x\":1}}\n";

    @TempDir
    Path folder;

    @Test
    void goodLinesBecomeEventsInOrder() throws IOException {
        Workload workload = ReplayWorkload.read(file(GOOD + "\n" + GOOD.replace("\"a\"", "\"b\"") + GOOD), 5, false);
        assertThat(workload.events()).extracting(DemoEvent::aggregateId).containsExactly("a", "b", "a");
        assertThat(workload.events()).extracting(DemoEvent::sequence).containsExactly(1, 1, 2);
        assertThat(workload.aggregates()).isEqualTo(2);
        assertThat(new String(workload.events().get(0).payload(), StandardCharsets.UTF_8))
                .isEqualTo("{\"x\":1}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "[]",
                "{\"aggregate_id\":\"a\"",
                "{\"aggregate_id\":7,\"event_type\":\"T\",\"event_version\":1,\"timestamp\":\"2010-10-02T09:20:39Z\",\"payload\":1}",
                "{\"aggregate_id\":\"a\",\"event_type\":\"T\",\"event_version\":1.5,\"timestamp\":\"2010-10-02T09:20:39Z\",\"payload\":1}",
                "{\"aggregate_id\":\"a\",\"event_type\":\"T\",\"event_version\":1,\"timestamp\":\"yesterday\",\"payload\":1}",
                "{\"aggregate_id\":\"a\",\"event_type\":\"T\",\"event_version\":1,\"timestamp\":\"2010-10-02T09:20:39Z\"}",
                "{\"aggregate_id\":\"a\\u0001\",\"event_type\":\"T\",\"event_version\":1,\"timestamp\":\"2010-10-02T09:20:39Z\",\"payload\":1}",
                "{\"aggregate_id\":\"a\",\"event_type\":\"T\",\"event_version\":1,\"timestamp\":\"+12345-10-02T09:20:39Z\",\"payload\":1}",
                "{\"aggregate_id\":\"a\",\"event_type\":\"T\",\"event_version\":1,\"timestamp\":\"2010-10-02T09:20:39Z\",\"payload\":1,\"payload\":2}",
            })
    void aBadLineIsNamedAndNothingIsRead(String bad) throws IOException {
        Path file = file(GOOD + bad + "\n" + GOOD);
        assertThatThrownBy(() -> ReplayWorkload.read(file, 5, false))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(file + ":2:")
                .hasMessageContaining("--skip-bad");
        Workload rest = ReplayWorkload.read(file, 5, true);
        assertThat(rest.events()).hasSize(2);
        assertThat(rest.skippedLines()).isEqualTo(1);
    }

    @Test
    void numbersKeepTheirDigits() throws IOException {
        Workload workload =
                ReplayWorkload.read(file(GOOD.replace("{\"x\":1}", "[1e400,0.12345678901234567890]")), 5, false);
        assertThat(new String(workload.events().get(0).payload(), StandardCharsets.UTF_8))
                .isEqualTo("[1E+400,0.12345678901234567890]");
    }

    @Test
    void aMissingFileOneWithoutEventsAndOneThatIsNotUtf8AreErrors() throws IOException {
        assertThatThrownBy(() -> ReplayWorkload.read(folder.resolve("absent"), 5, false))
                .hasMessageContaining("no such file");
        Path empty = file("");
        assertThatThrownBy(() -> ReplayWorkload.read(empty, 5, false)).hasMessageContaining("holds no event");
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatThrownBy(() -> ReplayWorkload.read(binary, 5, false))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("not UTF-8");
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("in.jsonl"), content);
    }
}
