package io.eventbus.core.wire;

import static io.eventbus.core.wire.TestMessage.foreign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.DecodingException;
import io.eventbus.api.Envelope;
import io.eventbus.api.Headers;
import io.eventbus.api.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that another implementation of the format wrote, well or badly. */
class ForeignMessageTest {

    private static final String MINIMAL = "{\"event_id\":\"e\",\"event_type\":\"T\"%s}";

    private final WireCodec codec = WireCodecTest.codec(WireFormat.BINARY);

    private Envelope decode(String more) {
        return codec.decode(foreign(MINIMAL.formatted(more)));
    }

    private void refuses(TestMessage message, String... inMessage) {
        assertThatThrownBy(() -> codec.decode(message))
                .isInstanceOf(DecodingException.class)
                .hasMessageContaining("orders/3@17")
                .hasMessageContaining("orders.created")
                .hasMessageContainingAll(inMessage);
    }

    @Test
    void readsAnEnvelopeWithoutHeadersInAnyOrderOfFields() {
        Envelope envelope = codec.decode(
                foreign(
                        " {\"payload\" : [1, {\"event_id\":2}] ,\"x\":{\"event_type\":\"no\"},"
                                + "\"correlation_id\":null,\"event_version\":\"7\",\"trace_id\":\"\",\"aggregate_id\":42,"
                                + "\"timestamp\":\"2026-11-22T14:00:00.123456789+01:00\",\"event_type\":\"T\\u00e9\",\"event_id\":\"e\"}\r\n"));

        assertThat(envelope)
                .isEqualTo(Envelope.builder("Té")
                        .eventId("e")
                        .aggregateId("42")
                        .eventVersion(7)
                        .timestamp(Instant.parse("2026-11-22T13:00:00.123456Z"))
                        .payload("[1, {\"event_id\":2}]")
                        .build());
    }

    @Test
    void takesDefaultsForWhatIsNotThere() {
        Envelope envelope = decode("");

        assertThat(envelope.payload()).isEqualTo(Payload.empty());
        assertThat(envelope.timestamp()).isEqualTo(Instant.EPOCH);
        assertThat(envelope.eventVersion()).isZero();
        assertThat(envelope.aggregateId()).isNull();
        assertThat(envelope.contentType()).isEqualTo(Envelope.JSON);
    }

    @Test
    void completesTheBodyFromTheHeaders() {
        TestMessage message = foreign("{\"payload\":1}")
                .withHeader("x-event-id", "e")
                .withHeader("X-EVENT-TYPE", "T")
                .withHeader("x-aggregate-id", "a")
                .withHeader("x-event-version", "2");

        assertThat(codec.decode(message).aggregateId()).isEqualTo("a");
        assertThat(codec.decode(message).eventVersion()).isEqualTo(2);
    }

    @Test
    void readsEscapedSlashesInBase64AndAByteOrderMark() {
        byte[] bytes = {(byte) 0xff, (byte) 0xff, (byte) 0xff};
        TestMessage message =
                foreign("\ufeff" + MINIMAL.formatted(",\"payload\":null,\"payload_base64\":\"\\/\\/\\/\\/\""));

        assertThat(codec.decode(message).payload()).isEqualTo(Payload.of(bytes));
        assertThat(codec.decode(foreign("\ufeff" + MINIMAL.formatted(",\"payload\": [7] ")))
                        .payload())
                .isEqualTo(Payload.of("[7]"));
    }

    @Test
    void takesContentTypeFromEitherHeaderName() {
        TestMessage message = foreign(MINIMAL.formatted(",\"payload_base64\":\"AA==\""));

        assertThat(codec.decode(message.withHeader("content_type", "a/b")).contentType())
                .isEqualTo("a/b");
        assertThat(codec.decode(message.withHeader("CONTENT-TYPE", "a/b")).contentType())
                .isEqualTo("a/b");
        assertThat(codec.decode(foreign(MINIMAL.formatted(",\"payload\":{}")).withHeader("content-type", "text/plain"))
                        .contentType())
                .as("an embedded payload is JSON whatever the header says")
                .isEqualTo(Envelope.JSON);
    }

    @Test
    void leavesOutHeadersThatNoApplicationCouldHaveSent() {
        TestMessage message = foreign(MINIMAL.formatted(""))
                .withHeader("bad name", "1")
                .withHeader("ü", "2")
                .withHeader("Nats-Msg-Id", "3")
                .withHeader("ce_id", "4")
                .withHeader("long", "x".repeat(Headers.MAX_VALUE_LENGTH + 1))
                .withHeader("good", "Müller 100%");

        assertThat(codec.decode(message).headers()).isEqualTo(Headers.of("good", "Müller 100%"));
    }

    @Test
    void readsATombstoneOfTheBroker() {
        TestMessage message = new TestMessage(Headers.of("X-Event-ID", "e", "X-Event-Type", "T"), null, null);

        assertThat(codec.decode(message).payload()).isNull();
        refuses(new TestMessage(Headers.empty(), null, null), "event_id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-11-22T13:00:00Z|2026-11-22T13:00:00Z",
                "2026-11-22t13:00:00z|2026-11-22T13:00:00Z",
                "2026-11-22 13:00:00.5-23:59|2026-11-23T12:59:00.500Z",
                "2024-02-29T23:59:60Z|2024-03-01T00:00:00Z",
                "0000-01-01T00:00:00.0000001Z|0000-01-01T00:00:00Z",
                "9999-12-31T23:59:59.999999999999Z|9999-12-31T23:59:59.999999Z"
            })
    void readsTimes(String text, String expected) {
        assertThat(decode(",\"timestamp\":\"" + text + "\"").timestamp()).isEqualTo(Instant.parse(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "now",
                "2026-11-22",
                "2026-11-22T13:00Z",
                "2026-02-30T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-11-22T24:00:00Z",
                "2026-11-22T13:00:00",
                "2026-11-22T13:00:00.Z",
                "2026-11-22T13:00:00+1",
                "2026-11-22T13:00:00Zz",
                "+2026-11-22T13:00:00Z",
                "2026-11-22T13:00:00+24:00",
                "2026-11-22T13:00:00+01:0",
                "٢٠٢٦-11-22T13:00:00Z"
            })
    void refusesWhatIsNotATime(String text) {
        refuses(foreign(MINIMAL.formatted(",\"timestamp\":\"" + text + "\"")), "timestamp");
    }

    @Test
    void namesWhatIsMissingOrWrongAndWhere() {
        refuses(foreign("{\"event_type\":\"T\"}"), "event_id", "X-Event-ID");
        refuses(foreign("{\"event_id\":\"e\"}"), "event_type");
        refuses(foreign("{\"event_id\":\"\",\"event_type\":\"T\"}"), "event_id");
        refuses(foreign("{\"event_id\":[],\"event_type\":\"T\"}"), "'event_id' at byte 12");
        refuses(foreign(MINIMAL.formatted(",\"event_id\":\"f\"")), "'event_id' occurs again at byte");
        refuses(foreign(MINIMAL.formatted(",\"payload\":1,\"payload\":1")), "'payload' occurs again");
        refuses(foreign(MINIMAL.formatted(",\"payload\":1,\"payload_base64\":\"\"")), "both");
        refuses(foreign(MINIMAL.formatted(",\"payload_base64\":\"%%%\"".replace("%", "-"))), "not base64");
        refuses(foreign(MINIMAL.formatted(",\"payload_base64\":7")), "payload_base64");
        refuses(foreign(MINIMAL.formatted(",\"event_version\":1.5")), "event_version");
        refuses(foreign(MINIMAL.formatted(",\"event_version\":-1")), "eventVersion");
        refuses(foreign(MINIMAL.formatted(",\"event_version\":99999999999")), "event_version");
        refuses(foreign(MINIMAL.formatted(",\"trace_id\":\"a\\nb\"")), "traceId");
        refuses(foreign(MINIMAL.formatted(",\"trace_id\":\"\\ud800\"")), "traceId");
        refuses(foreign(MINIMAL.formatted(",\"aggregate_id\":\"" + "x".repeat(513) + "\"")), "aggregateId", "513");
        refuses(foreign(MINIMAL.formatted(",\"payload\":" + "[".repeat(100_000))), "limit");
        refuses(foreign(MINIMAL.formatted(",\"payload\":" + "9".repeat(5_000))), "limit");
        refuses(foreign(MINIMAL.formatted("") + "{}"), "behind the envelope");
        refuses(foreign(""), "not a JSON object");
        refuses(foreign("[]"), "not a JSON object");
        refuses(foreign("secret"), "the body is not valid JSON at byte");
    }

    @Test
    void tellsNothingOfTheContentInErrors() {
        assertThatThrownBy(() -> codec.decode(foreign("{\"event_id\":\"e\",\"payload\":secret}")))
                .hasStackTraceContaining("not valid JSON")
                .satisfies(e -> assertThat(e.toString() + e.getCause()).doesNotContain("secret"));
    }

    @Test
    void refusesUnknownFormsAndBrokenEscapes() {
        TestMessage message = foreign(MINIMAL.formatted(""));
        refuses(message.withHeader(WireHeaders.FORMAT, "avro"), WireHeaders.FORMAT);
        refuses(message.withHeader(WireHeaders.ENCODING, "zstd"), WireHeaders.ENCODING);
        for (String broken : new String[] {"%", "%4", "a%4", "%zz", "%C3", "%ED%A0%80", "ü", "%\u0664\u0661"}) {
            refuses(message.withHeader("h", broken).withHeader(WireHeaders.ESCAPED, "x, H"), "'h'");
        }
        assertThat(codec.decode(message.withHeader("h", "%41%20").withHeader(WireHeaders.ESCAPED, "x, H"))
                        .headers()
                        .first("h"))
                .isEqualTo("A ");
    }

    @Test
    void findsTheKeyWithoutDecoding() {
        Headers ours =
                Headers.of("X-Event-ID", "e", "X-Aggregate-ID", "M%C3%BC", WireHeaders.ESCAPED, "x-aggregate-id");
        byte[] body =
                "{\"payload\":[{\"aggregate_id\":1}],\"aggregate_id\":\"a\"  not json".getBytes(StandardCharsets.UTF_8);

        assertThat(codec.keyOf(new TestMessage(ours, new byte[] {(byte) 0xff, 'k'}, body)))
                .isEqualTo("\u00ffk");
        assertThat(codec.keyOf(new TestMessage(ours, null, body))).isEqualTo("Mü");
        assertThat(codec.keyOf(new TestMessage(Headers.empty(), null, body))).isEqualTo("a");
        assertThat(codec.keyOf(new TestMessage(Headers.of("X-Event-ID", "e"), null, body)))
                .isNull();
        assertThat(codec.keyOf(new TestMessage(Headers.empty(), null, null))).isNull();
        assertThat(codec.keyOf(foreign("{\"aggregate_id\":\"\"}"))).isNull();
        assertThat(codec.keyOf(foreign("{\"aggregate_id\":"))).isNull();
        assertThat(codec.keyOf(foreign("17"))).isNull();
        assertThat(codec.keyOf(foreign("")
                        .withHeader("X-Aggregate-ID", "%")
                        .withHeader(WireHeaders.ESCAPED, "X-Aggregate-ID")))
                .isNull();
    }
}
