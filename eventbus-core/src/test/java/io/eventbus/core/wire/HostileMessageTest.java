package io.eventbus.core.wire;

import static io.eventbus.core.wire.TestMessage.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.eventbus.api.DecodingException;
import io.eventbus.api.Envelope;
import io.eventbus.api.Headers;
import io.eventbus.api.spi.OutboundMessage;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are broken or lie: only the typed exception gets out, and they cost little; {@link WireFuzzTest} has a machine look for more. */
class HostileMessageTest {

    private final WireCodec codec = WireCodecTest.codec(WireFormat.JSON, true, false);

    private TestMessage compressed() {
        Envelope envelope = Envelope.builder("T")
                .eventId("e")
                .payload("[" + "\"abcdef\",".repeat(500) + "0]")
                .build();
        TestMessage message = TestMessage.received(codec.encode(TOPIC, envelope, 0));
        assertThat(message.headers().first(WireHeaders.ENCODING)).isEqualTo("lz4");
        return message;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2147483648",
                "2147483647",
                "67108865",
                "-1",
                "",
                " 10",
                "10 ",
                "0x10",
                "1e3",
                "+5",
                "0",
                "1",
                "4000",
                "99999999999999999999999",
                "٣"
            })
    void refusesALyingSizeBeforeAllocating(String size) {
        TestMessage lying = compressed().withHeader(WireHeaders.SIZE, size);
        long before = allocated();

        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> codec.decode(lying))
                    .isInstanceOf(DecodingException.class)
                    .hasMessageContaining("bytes");
        }

        assertThat(allocated() - before).isLessThan(4L * 1024 * 1024);
    }

    @Test
    void refusesABlockWithoutASize() {
        TestMessage message = compressed();
        Headers without = message.headers().toBuilder().remove(WireHeaders.SIZE).build();

        assertThatThrownBy(() -> codec.decode(new TestMessage(without, null, message.body())))
                .isInstanceOf(DecodingException.class)
                .hasMessageContaining(WireHeaders.SIZE);
    }

    @Test
    void refusesAnHonestBlockThatIsTooLarge() {
        WireCodec strict = new WireCodec(new WireCodec.Options(WireFormat.JSON, true, 64, 1000, false));

        assertThatThrownBy(() -> strict.decode(compressed()))
                .isInstanceOf(DecodingException.class)
                .hasMessageContaining("limit is 1000");
    }

    @Test
    void sendsPlainWhatItsOwnReaderWouldRefuseToDecompress() {
        WireCodec small = new WireCodec(new WireCodec.Options(WireFormat.BINARY, true, 64, 1000, false));
        Envelope large = Envelope.builder("T").payload(new byte[1001]).build();

        assertThat(small.decode(TestMessage.received(small.encode(TOPIC, large, 0))))
                .isEqualTo(large);
    }

    @Test
    void doesNotCompressWhatDoesNotShrink() {
        byte[] noise = new byte[4096];
        new Random(1).nextBytes(noise);
        Envelope envelope = Envelope.builder("T").payload(noise).build();

        OutboundMessage message =
                WireCodecTest.codec(WireFormat.BINARY, true, false).encode(TOPIC, envelope, 0);

        assertThat(message.body()).isSameAs(envelope.payload().unsafeArray());
        assertThat(message.headers().contains(WireHeaders.ENCODING)).isFalse();
    }

    @Test
    void walksBlocksToTheirExactLength() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[100 + random.nextInt(100_000 >> random.nextInt(8))];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte) (random.nextInt(1 + i % 40) == 0 ? random.nextInt() : at >> 9);
            }
            byte[] block = Lz4Block.compress(bytes, bytes.length);
            if (block != null) {
                assertThat(Lz4Block.decompressedLength(block)).isEqualTo(bytes.length);
            }
        }
    }

    @Test
    void everyTruncationIsADecodingExceptionOrAnEnvelope() {
        for (WireCodec writer : WireCodecTest.allCodecs()) {
            Envelope envelope = Envelope.builder("Té")
                    .eventId("é")
                    .aggregateId("日本")
                    .header("h", "ü%")
                    .payload("{\"a\":[\"" + "日本 ".repeat(60) + "\"]}")
                    .build();
            TestMessage whole = TestMessage.received(writer.encode(TOPIC, envelope, 0));
            for (int length = 0; length < whole.body().length; length++) {
                decodes(whole.withBody(Arrays.copyOf(whole.body(), length)));
            }
        }
    }

    /** Before, every header was searched for in the whole list: a message of 1 MB took a minute. */
    @Test
    void aLongListOfEscapedNamesOverManyHeadersCostsNoMoreThanItsSize() {
        Headers.Builder headers = Headers.builder()
                .addTrusted(WireHeaders.EVENT_ID, "%41")
                .addTrusted(WireHeaders.EVENT_TYPE, "T")
                .addTrusted(WireHeaders.FORMAT, WireHeaders.BINARY)
                .addTrusted(WireHeaders.ESCAPED, "a,".repeat(300_000) + " x-event-id,h7");
        for (int i = 0; i < 100_000; i++) {
            headers.addTrusted("h" + i, "%42");
        }
        TestMessage message = new TestMessage(headers.build(), null, new byte[0]);

        Envelope envelope = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> codec.decode(message));
        assertThat(envelope.eventId()).isEqualTo("A");
        assertThat(envelope.headers().first("h7")).isEqualTo("B");
        assertThat(envelope.headers().first("h8")).isEqualTo("%42");
        OutboundMessage dead = assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> codec.deadLetter(TOPIC, message, DeadLetterEncodingTest.info(), 0));
        assertThat(codec.decode(TestMessage.received(dead))).isEqualTo(envelope);
    }

    private boolean decodes(TestMessage message) {
        try {
            codec.decode(message);
            return true;
        } catch (DecodingException e) {
            assertThat(e.getMessage().endsWith("null")).isFalse();
            return false;
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
