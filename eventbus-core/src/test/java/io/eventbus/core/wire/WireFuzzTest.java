package io.eventbus.core.wire;

import static io.eventbus.core.wire.TestMessage.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.DecodingException;
import io.eventbus.api.Envelope;
import io.eventbus.api.Headers;
import io.eventbus.api.PublishException;
import io.eventbus.api.spi.OutboundMessage;
import io.eventbus.testkit.fuzz.FuzzInput;
import io.eventbus.testkit.fuzz.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Everything that reads a message, against messages that a machine has broken. How to run more of it stands in {@code docs/testing.md}. */
class WireFuzzTest {

    private static final int INPUTS = 20_000;
    private static final long KIB = 1024;
    private static final long MAX_DECOMPRESSED = 256 * KIB;
    private static final String[] WORDS = {
        WireHeaders.EVENT_ID,
        WireHeaders.AGGREGATE_ID,
        WireHeaders.EVENT_TYPE,
        WireHeaders.EVENT_VERSION,
        WireHeaders.TIMESTAMP,
        WireHeaders.CONTENT_TYPE,
        WireHeaders.FORMAT,
        WireHeaders.BINARY,
        WireHeaders.ENCODING,
        WireHeaders.LZ4,
        WireHeaders.SIZE,
        WireHeaders.NULL,
        WireHeaders.ESCAPED,
        WireHeaders.DLQ_KEY,
        WireHeaders.DLQ_TOPIC,
        "Nats-Msg-Id",
        "tenant",
        "content_type",
        "application/json",
        "text/plain",
        "2026-02-30T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "9999-12-31T23:59:59.999999999-23:59",
        "\"event_id\":\"e\"",
        ",\"payload\":null",
        ",\"payload_base64\":\"AA\"",
        ",\"payload_base64\":\"A\\/A=\"",
        "\"\\ud800\"",
        "\\u0000",
        "NaN",
        "/**/",
        "%C3%BC"
    };

    private final WireCodec reader =
            new WireCodec(new WireCodec.Options(WireFormat.JSON, true, 64, MAX_DECOMPRESSED, true));

    @Test
    void theJsonFormIsReadOrRefused() {
        check("json-envelope", samples(WireFormat.JSON, false), 0, this::decode);
    }

    @Test
    void theBinaryFormIsReadOrRefused() {
        check("binary-form", samples(WireFormat.BINARY, false), 0, this::decode);
    }

    @Test
    void aCompressedBodyIsReadOrRefusedWithinItsLimit() {
        check("lz4-body", random -> compressed(random), 4 * MAX_DECOMPRESSED, this::decode);
    }

    @Test
    void anUnreadableHeaderCostsNoLane() {
        check(
                "key",
                samples(WireFormat.JSON, true),
                2 * MAX_DECOMPRESSED,
                input -> reader.keyOf(message(input)) != null);
    }

    @Test
    void everyMessageHasADeadLetterThatReadsAsItDid() {
        check("dead-letter", samples(null, true), 8 * MAX_DECOMPRESSED, this::deadLetter);
    }

    @Test
    void whatIsReadCanBeSentOnAndReadAgain() {
        check("round-trip", samples(null, true), 32 * MAX_DECOMPRESSED, this::roundTrip);
    }

    private void check(String name, Function<Random, FuzzInput> samples, long moreBytes, Fuzzer.Decoder decoder) {
        Fuzzer fuzzer = Fuzzer.of(name)
                .samples(samples)
                .words(WORDS)
                .refusesWith(DecodingException.class)
                .allocatesAtMost(256 * KIB + moreBytes, 40);
        assertThat(fuzzer.replay(WireFuzzTest.class, decoder)).isPositive();
        Fuzzer.Result result = fuzzer.run(INPUTS, decoder);
        assertThat(result.accepted()).isPositive();
    }

    private boolean decode(FuzzInput input) {
        assertThat(decoded(message(input))).isNotNull();
        return true;
    }

    /** The dead letter can be sent everywhere, and whoever reads it gets the event, if there was one. */
    private boolean deadLetter(FuzzInput input) {
        TestMessage source = message(input);
        OutboundMessage dead = reader.deadLetter(TOPIC, source, DeadLetterEncodingTest.info(), 0);
        WireCodecTest.assertOnlyPlainHeaders(dead.headers());
        assertThat(HeaderText.isPrintable(dead.messageId())).isTrue();
        assertThat(dead.body()).isSameAs(source.body());
        Envelope envelope = decoded(source);
        assertThat(decoded(TestMessage.received(dead))).isEqualTo(envelope);
        return true;
    }

    private boolean roundTrip(FuzzInput input) {
        Envelope envelope = decoded(message(input));
        for (WireCodec codec : WireCodecTest.allCodecs()) {
            try {
                TestMessage sent = TestMessage.received(codec.encode(TOPIC, envelope, 0));
                assertThat(codec.decode(sent)).isEqualTo(envelope);
            } catch (PublishException e) {
                assertThat(e.reason()).isEqualTo(PublishException.Reason.NOT_ENCODABLE);
                assertShown(e.getMessage());
            }
        }
        return true;
    }

    private Envelope decoded(TestMessage message) {
        try {
            return reader.decode(message);
        } catch (DecodingException e) {
            assertShown(e.getMessage());
            throw e;
        }
    }

    /** What goes into a log is one line of a bounded length, whatever the message holds. */
    private static void assertShown(String text) {
        assertThat(text).doesNotEndWith("null").hasSizeLessThan(2_500);
        assertThat(text.chars().noneMatch(Character::isISOControl)).isTrue();
    }

    private static Function<Random, FuzzInput> samples(WireFormat format, boolean compress) {
        return random -> {
            WireFormat form = format != null ? format : random.nextBoolean() ? WireFormat.JSON : WireFormat.BINARY;
            WireCodec writer = WireCodecTest.codec(form, compress, random.nextBoolean());
            return input(writer.encode(TOPIC, new RandomEnvelopes(random.nextLong()).next(), 0));
        };
    }

    private static FuzzInput compressed(Random random) {
        StringBuilder text = new StringBuilder("[");
        String[] parts = {"\"abcdef\",", "1234567,", "{\"a\":1},", "[[]],"};
        for (int i = 20 + random.nextInt(200 << random.nextInt(4)); i > 0; i--) {
            text.append(parts[random.nextInt(1 + i % 4)]);
        }
        Envelope envelope = Envelope.builder("T")
                .eventId("e")
                .payload(text.append("0]").toString())
                .build();
        WireFormat form = random.nextBoolean() ? WireFormat.JSON : WireFormat.BINARY;
        return input(WireCodecTest.codec(form, true, false).encode(TOPIC, envelope, 0));
    }

    private static FuzzInput input(OutboundMessage message) {
        List<FuzzInput.Header> headers = new ArrayList<>();
        message.headers().forEach((name, value) -> headers.add(new FuzzInput.Header(name, value)));
        return new FuzzInput(headers, null, message.body());
    }

    private static TestMessage message(FuzzInput input) {
        Headers.Builder headers = Headers.builder();
        input.headers().forEach(header -> headers.addTrusted(carried(header.name()), carried(header.value())));
        return new TestMessage(headers.build(), input.key(), input.body());
    }

    /** What a wire carries is bytes, which never read as half a surrogate pair. */
    private static String carried(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
