package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.DecodingException;
import io.eventbus.api.Headers;
import io.eventbus.api.Topic;
import io.eventbus.core.wire.DeadLetterInfo;
import io.eventbus.core.wire.WireCodec;
import io.eventbus.core.wire.WireFormat;
import io.eventbus.testkit.fuzz.FuzzInput;
import io.eventbus.testkit.fuzz.Fuzzer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Records that anyone may have written, broken by a machine. How to run more of it stands in {@code docs/testing.md}. */
class KafkaFuzzTest {

    private static final int INPUTS = 30_000;
    private static final Topic TOPIC = Topic.of("orders");
    private static final DeadLetterInfo INFO =
            DeadLetterInfo.of("g", 1, Instant.EPOCH, Instant.EPOCH, new IllegalStateException("no"));

    private final WireCodec codec =
            new WireCodec(new WireCodec.Options(WireFormat.JSON, false, 1024, 256 * 1024, true));

    @Test
    void aRecordIsReadOrRefusedAndItsDeadLetterCanBeSent() {
        Fuzzer fuzzer = Fuzzer.of("kafka-record")
                .samples(KafkaFuzzTest::sample)
                .words(
                        "X-Event-ID",
                        "X-Event-Type",
                        "X-Eventbus-Format",
                        "binary",
                        "X-Eventbus-Escaped",
                        "X-Eventbus-Encoding",
                        "lz4",
                        "X-Eventbus-Size",
                        "tenant",
                        "\u00ed\u00a0\u0080",
                        "\u00c0\u0080")
                .refusesWith(DecodingException.class)
                .allocatesAtMost(2048 * 1024, 60);
        assertThat(fuzzer.replay(KafkaFuzzTest.class, this::read)).isPositive();
        Fuzzer.Result result = fuzzer.run(INPUTS, this::read);
        assertThat(result.accepted()).isPositive();
        assertThat(result.refused()).isPositive();
    }

    private boolean read(FuzzInput input) {
        KafkaMessage message = message(input);
        Headers headers = message.headers();
        assertThat(headers.size()).isEqualTo(input.headers().size());
        // What was read as text is sent as text: a second way over the wire changes nothing.
        assertThat(KafkaHeaders.fromWire(KafkaHeaders.toWire(headers))).isEqualTo(headers);
        codec.keyOf(message);
        Headers dead = codec.deadLetter(TOPIC, message, INFO, 0).headers();
        assertThat(KafkaHeaders.fromWire(KafkaHeaders.toWire(dead))).isEqualTo(dead);
        codec.decode(message);
        return true;
    }

    /** The message as the client hands it over: names and values as the bytes of the record, of which nothing is checked. */
    private static KafkaMessage message(FuzzInput input) {
        RecordHeaders headers = new RecordHeaders();
        for (FuzzInput.Header header : input.headers()) {
            byte[] value = header.value().equals("null") ? null : bytes(header.value());
            headers.add(new RecordHeader(
                    ByteBuffer.wrap(bytes(header.name())), value == null ? null : ByteBuffer.wrap(value)));
        }
        ConsumerRecord<byte[], byte[]> consumed = new ConsumerRecord<>(
                "orders",
                0,
                7,
                0,
                TimestampType.CREATE_TIME,
                0,
                0,
                input.key(),
                input.body(),
                headers,
                Optional.empty());
        return new KafkaMessage(TOPIC, consumed, null, new Frontier().received(7));
    }

    /** Latin-1 stands for bytes, so that there is text that is not UTF-8; what has other characters is UTF-8. */
    private static byte[] bytes(String text) {
        boolean latin = text.chars().allMatch(c -> c < 0x100);
        return text.getBytes(latin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    private static FuzzInput sample(Random random) {
        boolean json = random.nextBoolean();
        List<FuzzInput.Header> headers = List.of(
                new FuzzInput.Header("X-Event-ID", "e-" + random.nextInt(1000)),
                new FuzzInput.Header("X-Event-Type", "T"),
                new FuzzInput.Header(json ? "tenant" : "X-Eventbus-Format", "binary"),
                new FuzzInput.Header("note", "null"));
        return new FuzzInput(
                headers,
                random.nextBoolean() ? null : "order-1".getBytes(StandardCharsets.UTF_8),
                "{\"event_id\":\"e\",\"event_type\":\"T\",\"payload\":{\"a\":[1,2]}}".getBytes(StandardCharsets.UTF_8));
    }
}
