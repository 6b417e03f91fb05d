package io.eventbus.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;
import io.eventbus.core.wire.WireCodec;
import io.eventbus.core.wire.WireFormat;
import io.eventbus.testkit.fuzz.FuzzInput;
import io.eventbus.testkit.fuzz.Fuzzer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no events, or hardly, made by a machine. How to run more of it stands in {@code docs/testing.md}. */
class DemoInputFuzzTest {

    private static final int INPUTS = 20_000;
    private static final String LINE =
            "{\"aggregate_id\":\"a%d\",\"event_type\":\"T\",\"event_version\":%d,\"timestamp\":\"2010-10-02T09:20:39.266+02:00\",\"payload\":{\"x\":[%d]}}\n";
    private static final WireCodec CODEC =
            new WireCodec(new WireCodec.Options(WireFormat.JSON, true, 1024, 64 * 1024 * 1024, false));

    @TempDir
    Path folder;

    @Test
    void aFileIsRefusedOrAllOfItCanBePublished() {
        Fuzzer fuzzer = Fuzzer.of("demo-input")
                .bodyOnly()
                .samples(DemoInputFuzzTest::sample)
                .words(
                        "\n",
                        "\r",
                        "\"payload\":null,",
                        "NaN",
                        "1e400",
                        "+999999999-12-31T23:59:59-18:00",
                        "-0001-01-01T00:00:00Z",
                        "\"\\ud800\"",
                        "\"\\u0000\"",
                        "a".repeat(600))
                .refusesWith(BadInputException.class)
                // A bad line of four bytes may cost an exception.
                .allocatesAtMost(1024 * 1024, 2_048);
        assertThat(fuzzer.replay(DemoInputFuzzTest.class, this::read)).isPositive();
        Fuzzer.Result result = fuzzer.run(INPUTS, this::read);
        assertThat(result.accepted()).isPositive();
        assertThat(result.refused()).isPositive();
    }

    private boolean read(FuzzInput input) throws IOException {
        Path file = Files.write(folder.resolve("in.jsonl"), input.bytes());
        Workload workload;
        try {
            workload = ReplayWorkload.read(file, 5, input.bytes().length % 2 == 0);
        } catch (BadInputException e) {
            assertThat(e.getMessage().chars().noneMatch(Character::isISOControl))
                    .isTrue();
            throw e;
        }
        for (DemoEvent event : workload.events()) {
            Envelope envelope = Envelope.builder(event.type())
                    .aggregateId(event.aggregateId())
                    .eventVersion(event.version())
                    .timestamp(event.time())
                    .payload(event.payload())
                    .build();
            CODEC.encode(Topic.of("demo"), envelope, 0);
        }
        return true;
    }

    private static FuzzInput sample(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            text.append(String.format(LINE, random.nextInt(3), random.nextInt(9), random.nextInt()));
        }
        return FuzzInput.of(text.toString());
    }
}
