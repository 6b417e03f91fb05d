package io.eventbus.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.DeadLetter;
import io.eventbus.api.DecodingException;
import io.eventbus.api.Envelope;
import io.eventbus.api.Headers;
import io.eventbus.api.Payload;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.OutboundMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dead letter is read on a topic other than that of {@link TestMessage}; so here the messages name another one as theirs. */
class DeadLetterDecodingTest {

    private static final Topic DLQ = Topic.of("orders.created.dlq");
    private static final byte[] GARBAGE = {(byte) 0xff, 0, '{', 7};

    private final WireCodec codec = WireCodecTest.codec(WireFormat.JSON);

    @Test
    void tellsWhatHappenedAsItWas() {
        assertThat(codec.deadLetterOf(dead(event())))
                .isEqualTo(new DeadLetter(
                        Topic.of("orders.placed"),
                        new Position("orders", 3, 17),
                        "billing",
                        5,
                        Instant.parse("2026-11-22T13:00:00Z"),
                        Instant.parse("2026-11-22T13:00:09.5Z"),
                        "java.lang.IllegalStateException",
                        "Zahl < 0: 5%\n",
                        "a\n\tb"));
    }

    @Test
    void isAbsentForOrdinaryEventsAndForThoseThatWerePutBack() {
        assertThat(codec.deadLetterOf(event())).isNull();
        TestMessage putBack = dead(event()).withHeader(WireHeaders.DLQ_TOPIC, TestMessage.TOPIC.name());
        assertThat(codec.deadLetterOf(putBack)).isNull();
    }

    @Test
    void givesTheBytesOfWhatIsNoEvent() {
        TestMessage source = new TestMessage(Headers.of("note", "x"), "key".getBytes(StandardCharsets.UTF_8), GARBAGE);

        Envelope envelope = codec.decode(dead(source));

        assertThat(envelope.eventType()).isEqualTo(DeadLetter.UNDECODABLE);
        assertThat(envelope.eventId()).isEqualTo("orders/3@17");
        assertThat(envelope.aggregateId()).isEqualTo("key");
        assertThat(envelope.payload()).isEqualTo(Payload.of(GARBAGE));
        assertThat(envelope.headers().first("note")).isEqualTo("x");
    }

    @Test
    void whatIsNoEventStaysUndecodableWhereItWasPutBack() {
        TestMessage putBack = dead(new TestMessage(Headers.empty(), null, GARBAGE))
                .withHeader(WireHeaders.DLQ_TOPIC, TestMessage.TOPIC.name());
        assertThatThrownBy(() -> codec.decode(putBack)).isInstanceOf(DecodingException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "orders", "@", "/@", "orders/@", "orders/x@1", "orders/1@99999999999999999999", "ä/1@1"})
    void aPositionThatIsNoneIsAbsent(String position) {
        DeadLetter facts = codec.deadLetterOf(dead(event()).withHeader(WireHeaders.DLQ_POSITION, position));
        assertThat(facts).isNotNull();
        assertThat(facts.position()).isNull();
    }

    @Test
    void factsThatAreNotLegibleAreAbsentAndNeverThrow() {
        String[] names = {
            WireHeaders.DLQ_TOPIC,
            WireHeaders.DLQ_GROUP,
            WireHeaders.DLQ_ATTEMPTS,
            WireHeaders.DLQ_FIRST_FAILURE,
            WireHeaders.DLQ_LAST_FAILURE
        };
        for (String name : names) {
            assertThat(codec.deadLetterOf(dead(event()).withHeader(name, "")))
                    .as(name)
                    .isNull();
        }
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String[] texts = {"", "%", "%zz", "\u0000", "-1", "2026-13-40T00:00:00Z", "a b", "*.>", "x".repeat(20_000)};
        for (int i = 0; i < 2_000; i++) {
            TestMessage message =
                    dead(random.nextBoolean() ? event() : new TestMessage(Headers.empty(), null, GARBAGE));
            for (String name : new String[] {
                names[random.nextInt(names.length)],
                WireHeaders.DLQ_STACK,
                WireHeaders.DLQ_POSITION,
                WireHeaders.ESCAPED
            }) {
                message = message.withHeader(name, texts[random.nextInt(texts.length)]);
            }
            try {
                codec.deadLetterOf(message);
                codec.decode(message);
            } catch (DecodingException expected) {
                assertThat(expected).as("seed " + seed).hasMessageContaining("cannot read");
            }
        }
    }

    private static TestMessage event() {
        Envelope envelope =
                Envelope.builder("T").eventId("e-1").aggregateId("a").build();
        return TestMessage.received(WireCodecTest.codec(WireFormat.JSON).encode(TestMessage.TOPIC, envelope, 0));
    }

    /** The dead letter of the message, as if it had been published elsewhere. */
    private TestMessage dead(TestMessage source) {
        OutboundMessage sent = codec.deadLetter(DLQ, source, DeadLetterEncodingTest.info(), 0);
        return new TestMessage(sent.headers(), sent.keyBytes(), sent.body())
                .withHeader(WireHeaders.DLQ_TOPIC, "orders.placed");
    }
}
