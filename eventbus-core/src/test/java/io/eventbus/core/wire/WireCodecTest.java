package io.eventbus.core.wire;

import static io.eventbus.core.wire.TestMessage.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.Envelope;
import io.eventbus.api.Headers;
import io.eventbus.api.Payload;
import io.eventbus.api.PublishException;
import io.eventbus.api.spi.OutboundMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireCodecTest {

    private static final Pattern PLAIN_NAME = Pattern.compile("[!-9;-~]+");
    private static final long MIB = 1024 * 1024;

    static WireCodec codec(WireFormat format) {
        return codec(format, false, false);
    }

    static WireCodec codec(WireFormat format, boolean compress, boolean nullBody) {
        return new WireCodec(new WireCodec.Options(format, compress, 64, 64 * MIB, nullBody));
    }

    static List<WireCodec> allCodecs() {
        List<WireCodec> codecs = new ArrayList<>();
        for (WireFormat format : WireFormat.values()) {
            for (boolean compress : new boolean[] {false, true}) {
                codecs.add(codec(format, compress, false));
                codecs.add(codec(format, compress, true));
            }
        }
        return codecs;
    }

    private static Envelope order() {
        return Envelope.builder("OrderPlaced")
                .eventId("e-1")
                .aggregateId("o-17")
                .eventVersion(3)
                .timestamp(Instant.parse("2026-11-22T13:00:00.25Z"))
                .traceId("t-1")
                .correlationId("c-1")
                .header("tenant", "acme")
                .payload("{\"total\": 12.50}")
                .build();
    }

    private static OutboundMessage encode(WireFormat format, Envelope envelope) {
        return codec(format).encode(TOPIC, envelope, 42);
    }

    private static String body(OutboundMessage message) {
        return new String(message.body(), StandardCharsets.UTF_8);
    }

    @Test
    void writesTheJsonFormExactly() {
        OutboundMessage message = encode(WireFormat.JSON, order());

        assertThat(body(message))
                .isEqualTo("{\"event_id\":\"e-1\",\"aggregate_id\":\"o-17\",\"event_type\":\"OrderPlaced\","
                        + "\"event_version\":3,\"timestamp\":\"2026-11-22T13:00:00.250Z\",\"trace_id\":\"t-1\","
                        + "\"correlation_id\":\"c-1\",\"payload\":{\"total\": 12.50}}");
        assertThat(message.headers())
                .isEqualTo(Headers.of(
                        "X-Event-ID", "e-1",
                        "X-Aggregate-ID", "o-17",
                        "X-Event-Type", "OrderPlaced",
                        "X-Event-Version", "3",
                        "X-Timestamp", "2026-11-22T13:00:00.250Z",
                        "X-Trace-ID", "t-1",
                        "X-Correlation-ID", "c-1",
                        "Content-Type", "application/json",
                        "tenant", "acme"));
        assertThat(message.messageId()).isEqualTo("e-1");
        assertThat(message.key()).isEqualTo("o-17");
        assertThat(message.deadlineNanos()).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(strings = {"two", "zw\u00f6lf"})
    void writesTheValuesOfANameUnderTheCaseOfItsFirst(String second) {
        Envelope envelope = order().toBuilder()
                .header("x-many", "one")
                .header("X-Between", "b")
                .header("X-Many", second)
                .header("X-MANY", "three")
                .build();
        Headers headers = encode(WireFormat.JSON, envelope).headers();
        List<String> names = new ArrayList<>();
        headers.forEach((name, value) -> names.add(name));
        assertThat(names).contains("x-many", "X-Between").doesNotContain("X-Many", "X-MANY");
        assertThat(headers.all("x-many")).hasSize(3).startsWith("one").endsWith("three");
    }

    @Test
    void leavesOutWhatIsAbsent() {
        Envelope bare = Envelope.builder("T")
                .eventId("e")
                .timestamp(Instant.parse("2026-11-22T13:00:00Z"))
                .payload((Payload) null)
                .build();

        OutboundMessage message = encode(WireFormat.JSON, bare);

        assertThat(body(message))
                .isEqualTo("{\"event_id\":\"e\",\"event_type\":\"T\",\"event_version\":0,"
                        + "\"timestamp\":\"2026-11-22T13:00:00Z\",\"payload\":null}");
        assertThat(message.key()).isNull();
        assertThat(message.headers().contains(WireHeaders.AGGREGATE_ID)).isFalse();
    }

    @Test
    void keepsPayloadThatIsNotJsonInBase64() {
        Envelope text =
                order().toBuilder().contentType("text/plain").payload("hi").build();
        Envelope empty = order().toBuilder().payload(Payload.empty()).build();

        assertThat(body(encode(WireFormat.JSON, text)))
                .endsWith("\"content_type\":\"text/plain\",\"payload_base64\":\"aGk=\"}");
        assertThat(body(encode(WireFormat.JSON, empty)))
                .endsWith("\"correlation_id\":\"c-1\",\"payload_base64\":\"\"}");
    }

    @Test
    void writesTheBinaryFormWithThePayloadAsBody() {
        OutboundMessage message = encode(WireFormat.BINARY, order());

        assertThat(body(message)).isEqualTo("{\"total\": 12.50}");
        assertThat(message.headers().first("x-eventbus-format")).isEqualTo("binary");
    }

    @Test
    void leavesATombstoneToTheBrokerWhereItCan() {
        Envelope tombstone = order().toBuilder().payload((Payload) null).build();

        OutboundMessage asNull = codec(WireFormat.BINARY, true, true).encode(TOPIC, tombstone, 0);
        OutboundMessage asHeader = codec(WireFormat.BINARY, true, false).encode(TOPIC, tombstone, 0);

        assertThat(asNull.body()).isNull();
        assertThat(asNull.headers().contains(WireHeaders.NULL)).isFalse();
        assertThat(asHeader.body()).isEmpty();
        assertThat(asHeader.headers().first(WireHeaders.NULL)).isEqualTo("1");
    }

    @Test
    void everyEnvelopeComesBackFromEveryForm() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        RandomEnvelopes envelopes = new RandomEnvelopes(seed);
        List<WireCodec> codecs = allCodecs();
        for (int i = 0; i < 2_000; i++) {
            Envelope sent = envelopes.next();
            for (int c = 0; c < codecs.size(); c++) {
                OutboundMessage message = codecs.get(c).encode(TOPIC, sent, 0);
                WireCodec reader = codecs.get((c + i) % codecs.size()); // every reader reads every form
                Envelope received = reader.decode(TestMessage.received(message));
                assertThat(received)
                        .as("seed %d, envelope %d, codec %d", seed, i, c)
                        .isEqualTo(sent);
                assertThat(reader.keyOf(TestMessage.received(message))).isEqualTo(sent.aggregateId());
                assertOnlyPlainHeaders(message.headers());
                assertThat(message.messageId()).matches(HeaderText::isPrintable);
            }
        }
    }

    static void assertOnlyPlainHeaders(Headers headers) {
        headers.forEach((name, value) -> {
            if (!HeaderText.isPrintable(value) || !PLAIN_NAME.matcher(name).matches()) {
                throw new AssertionError("header '" + name + "' cannot be carried");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "1",
                "-0",
                "0.10",
                "\"a\"",
                "true",
                "false",
                "[1 , 2]",
                "null",
                " 1",
                "1 ",
                "\n{}\t",
                "{\"a\":{\"b\":[]}}",
                "{\"a\":\"\\u00e9\\n\"}",
                "{\"é\":\"日本\"}",
                "123456789012345678901234567890",
                "1e5",
                "\ufeff{}"
            })
    void jsonPayloadComesBackByteByByte(String json) {
        Envelope sent = order().toBuilder().payload(json).build();
        for (WireCodec codec : allCodecs()) {
            Envelope received = codec.decode(TestMessage.received(codec.encode(TOPIC, sent, 0)));
            assertThat(received.payload()).isEqualTo(Payload.of(json));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "}",
                "{}{}",
                "1 2",
                "{'a':1}",
                "[1,]",
                "\"a",
                "\"\u0001\"",
                "nul",
                "NaN",
                "01",
                "\"\\x\"",
                "  ",
                "// c\n1",
                "{\"a\"}",
                "\u0000\u0000",
                "{}x",
                "tru",
                "é"
            })
    void refusesBytesThatAreDeclaredAsJsonAndAreNot(String notJson) {
        Envelope broken = order().toBuilder().payload(notJson).build();

        assertThatThrownBy(() -> encode(WireFormat.JSON, broken))
                .isInstanceOfSatisfying(
                        PublishException.class,
                        e -> assertThat(e.reason()).isEqualTo(PublishException.Reason.NOT_ENCODABLE))
                .hasMessageContaining("e-1")
                .hasMessageContaining("orders.created")
                .hasMessageContaining("give it the content type that it has");
    }

    @Test
    void refusesBrokenUtf8InJson() {
        for (byte[] bytes : new byte[][] {
            {'"', (byte) 0xc3, '"'},
            {'"', (byte) 0x80, '"'},
            {'"', (byte) 0xff, '"'},
            {'"', (byte) 0xe2, (byte) 0x82, '"'},
            {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
            {'"', (byte) 0xc0, (byte) 0xaf, '"'},
            {'"', (byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80, '"'},
            "\"a\"".getBytes(StandardCharsets.UTF_16),
            "\"a\"".getBytes(StandardCharsets.UTF_16LE)
        }) {
            Envelope broken = order().toBuilder().payload(bytes).build();
            assertThatThrownBy(() -> encode(WireFormat.JSON, broken)).isInstanceOf(PublishException.class);
        }
    }

    @Test
    void acceptsJsonUpToTheNestingThatItReads() {
        String deepest = "[".repeat(Json.MAX_PAYLOAD_NESTING) + "]".repeat(Json.MAX_PAYLOAD_NESTING);
        Envelope sent = order().toBuilder().payload(deepest).build();

        assertThat(codec(WireFormat.JSON).decode(TestMessage.received(encode(WireFormat.JSON, sent))))
                .isEqualTo(sent);
        assertThatThrownBy(() -> encode(
                        WireFormat.JSON,
                        order().toBuilder().payload("[" + deepest + "]").build()))
                .isInstanceOf(PublishException.class)
                .hasMessageContaining("limit");
    }

    @Test
    void refusesWhatHasNoFormOnTheWire() {
        Envelope halfPair = order().toBuilder().header("h", "\ud800").build();
        Envelope farFuture = order().toBuilder()
                .timestamp(Instant.parse("+10000-01-01T00:00:00Z"))
                .build();

        for (WireFormat format : WireFormat.values()) {
            assertThatThrownBy(() -> encode(format, halfPair))
                    .isInstanceOf(PublishException.class)
                    .hasMessageContaining("'h'");
            assertThatThrownBy(() -> encode(format, farFuture))
                    .isInstanceOf(PublishException.class)
                    .hasMessageContaining("10000");
        }
    }

    @Test
    void escapesOnlyWhatNeedsItAndAllValuesOfAName() {
        Envelope envelope = order().toBuilder()
                .aggregateId("Müller")
                .header("note", "plain")
                .header("Note", "50% \r\n")
                .header("other", "a b")
                .build();

        Headers headers = encode(WireFormat.JSON, envelope).headers();

        assertThat(headers.first("X-Aggregate-ID")).isEqualTo("M%C3%BCller");
        assertThat(headers.all("note")).containsExactly("plain", "50%25 %0D%0A");
        assertThat(headers.all("other")).containsExactly("a b");
        assertThat(headers.first(WireHeaders.ESCAPED)).isEqualTo("X-Aggregate-ID,Note");
    }

    @Test
    void keepsReservedNamesInStepWithTheApi() {
        for (String name : new String[] {
            "ce_id",
            "CE-type",
            "Nats-Msg-Id",
            "X-Eventbus-Foo",
            "x-event-foo",
            "X-Aggregate-Type",
            "x-timestamp",
            "X-Trace-Id",
            "x-correlation-id",
            "CONTENT-TYPE",
            "tenant",
            "a.b",
            "content_type",
            "bad name",
            "",
            "ü",
            "x".repeat(129)
        }) {
            boolean refused = false;
            try {
                Envelope.builder("T").header(name, "v");
            } catch (RuntimeException e) {
                refused = true;
            }
            assertThat(WireHeaders.isApplicationName(name)).as(name).isEqualTo(!refused);
        }
    }

    @Test
    void tellsThePayloadThatIsCertainToFit() {
        for (WireFormat format : WireFormat.values()) {
            WireCodec codec = codec(format);
            long max = codec.maxPayloadBytes(MIB);
            Envelope largest = order().toBuilder()
                    .contentType("x/y")
                    .payload(new byte[(int) max])
                    .build();
            assertThat((long) codec.encode(TOPIC, largest, 0).size()).isBetween(MIB * 9 / 10, MIB);
            assertThat(codec.maxPayloadBytes(1000)).isZero();
        }
    }
}
