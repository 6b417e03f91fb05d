package io.eventbus.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Envelope;
import io.eventbus.api.Headers;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.OutboundMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DeadLetterEncodingTest {

    private static final Topic DLQ = Topic.of("orders.created.dlq");
    private static final Instant FIRST = Instant.parse("2026-11-22T13:00:00Z");
    private static final Instant LAST = Instant.parse("2026-11-22T13:00:09.5Z");

    private final WireCodec codec = WireCodecTest.codec(WireFormat.JSON);

    static DeadLetterInfo info() {
        return new DeadLetterInfo(
                "billing", 5, FIRST, LAST, "java.lang.IllegalStateException", "Zahl < 0: 5%\n", "a\n\tb");
    }

    private static TestMessage message() {
        Envelope envelope = Envelope.builder("T")
                .eventId("e-1")
                .aggregateId("Müller")
                .timestamp(FIRST)
                .header("note", "ü")
                .header("note", "plain")
                .header("tenant", "acme")
                .build();
        return TestMessage.received(WireCodecTest.codec(WireFormat.BINARY).encode(TestMessage.TOPIC, envelope, 0));
    }

    @Test
    void keepsTheMessageAndAddsWhatHappened() {
        TestMessage source = message();

        OutboundMessage dead = codec.deadLetter(DLQ, source, info(), 99);

        assertThat(dead.topic()).isEqualTo(DLQ);
        assertThat(dead.body()).isSameAs(source.body());
        assertThat(dead.key()).isEqualTo("Müller");
        assertThat(dead.messageId()).isEqualTo("e-1/dlq/billing");
        assertThat(dead.deadlineNanos()).isEqualTo(99);
        source.headers().forEach((name, value) -> {
            if (!name.equals(WireHeaders.ESCAPED)) {
                assertThat(dead.headers().all(name)).isEqualTo(source.headers().all(name));
            }
        });
        HeaderReader reader = new HeaderReader(dead.headers());
        assertThat(dead.headers().first(WireHeaders.DLQ_TOPIC)).isEqualTo("orders.created");
        assertThat(dead.headers().first(WireHeaders.DLQ_POSITION)).isEqualTo("orders/3@17");
        assertThat(dead.headers().first(WireHeaders.DLQ_GROUP)).isEqualTo("billing");
        assertThat(dead.headers().first(WireHeaders.DLQ_ATTEMPTS)).isEqualTo("5");
        assertThat(dead.headers().first(WireHeaders.DLQ_FIRST_FAILURE)).isEqualTo("2026-11-22T13:00:00Z");
        assertThat(dead.headers().first(WireHeaders.DLQ_LAST_FAILURE)).isEqualTo("2026-11-22T13:00:09.500Z");
        assertThat(dead.headers().first(WireHeaders.DLQ_EXCEPTION)).isEqualTo("java.lang.IllegalStateException");
        assertThat(value(reader, WireHeaders.DLQ_MESSAGE)).isEqualTo("Zahl < 0: 5%\n");
        assertThat(value(reader, WireHeaders.DLQ_STACK)).isEqualTo("a\n\tb");
        assertThat(codec.decode(TestMessage.received(dead))).isEqualTo(codec.decode(source));
    }

    @Test
    void isReadableAgainAsTheSameEventAfterASecondDeath() {
        OutboundMessage once = codec.deadLetter(DLQ, message(), info(), 0);
        DeadLetterInfo later = DeadLetterInfo.of("audit", 1, LAST, LAST, "reason");

        OutboundMessage twice = codec.deadLetter(DLQ, TestMessage.received(once), later, 0);

        assertThat(twice.headers().all(WireHeaders.DLQ_GROUP)).containsExactly("audit");
        assertThat(twice.headers().first(WireHeaders.DLQ_EXCEPTION)).isNull();
        assertThat(twice.headers().first(WireHeaders.DLQ_STACK)).isNull();
        assertThat(codec.decode(TestMessage.received(twice))).isEqualTo(codec.decode(message()));
    }

    @Test
    void namesAnUndecodableMessageByItsPosition() {
        assertThat(codec.deadLetter(DLQ, TestMessage.foreign("garbage"), info(), 0)
                        .messageId())
                .isEqualTo("orders/3@17/dlq/billing");
        assertThat(codec.deadLetter(DLQ, TestMessage.foreign("{\"event_id\":\"7\",\"event_type\":\"T\"}"), info(), 0)
                        .messageId())
                .isEqualTo("7/dlq/billing");
    }

    @Test
    void boundsLongTextsAtWholeCharacters() {
        String text = "\ud83d\ude00\n".repeat(10_000);
        DeadLetterInfo long1 = new DeadLetterInfo("g", 1, FIRST, LAST, "x".repeat(10_000), text, text);

        Headers headers = codec.deadLetter(DLQ, message(), long1, 0).headers();

        assertThat(headers.length()).isLessThan(16 * 1024);
        assertThat(value(new HeaderReader(headers), WireHeaders.DLQ_MESSAGE)).startsWith("\ud83d\ude00\n");
        WireCodecTest.assertOnlyPlainHeaders(headers);
    }

    @Test
    void carriesForeignHeadersThatClientsWouldRefuse() {
        TestMessage source = TestMessage.foreign("{}")
                .withHeader("latin", "M\u00fcller 5%")
                .withHeader("my header", "x")
                .withHeader("percent", "5%")
                .withHeader("Nats-Expected-Stream", "orders");

        Headers headers = codec.deadLetter(DLQ, source, info(), 0).headers();

        assertThat(value(new HeaderReader(headers), "latin")).isEqualTo("M\u00fcller 5%");
        assertThat(headers.first("my%20header")).isEqualTo("x");
        assertThat(headers.first("percent")).isEqualTo("5%");
        assertThat(headers.contains("Nats-Expected-Stream")).isFalse();
        WireCodecTest.assertOnlyPlainHeaders(headers);
    }

    @Test
    void keepsAKeyThatIsNotText() {
        byte[] key = {(byte) 0xff, 1};
        OutboundMessage dead = codec.deadLetter(DLQ, new TestMessage(message().headers(), key, new byte[0]), info(), 0);
        OutboundMessage text = codec.deadLetter(
                DLQ,
                new TestMessage(message().headers(), "kü".getBytes(StandardCharsets.UTF_8), new byte[0]),
                info(),
                0);

        assertThat(dead.key()).isEqualTo("\u00ff\u0001");
        assertThat(dead.headers().first(WireHeaders.DLQ_KEY)).isEqualTo("/wE=");
        assertThat(text.key()).isEqualTo("kü");
        assertThat(text.headers().contains(WireHeaders.DLQ_KEY)).isFalse();
    }

    @Test
    void describesAnException() {
        DeadLetterInfo info = DeadLetterInfo.of("g", 2, FIRST, LAST, new IllegalStateException());

        assertThat(info.exceptionType()).isEqualTo("java.lang.IllegalStateException");
        assertThat(info.message()).isEmpty();
        assertThat(info.stack()).contains("describesAnException");
    }

    private static String value(HeaderReader reader, String name) {
        try {
            return reader.value(name);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }
}
