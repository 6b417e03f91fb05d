package io.eventbus.core.wire;

import static io.eventbus.core.wire.TestMessage.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.DecodingException;
import io.eventbus.api.Envelope;
import io.eventbus.api.Headers;
import io.eventbus.api.Payload;
import io.eventbus.api.spi.OutboundMessage;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are broken or lie: only the typed exception gets out, and they cost little. */
class HostileMessageTest {

    private static final int MUTATED = 50_000;

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

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void onlyDecodingExceptionsEscapeFromMutatedMessages() {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        RandomEnvelopes envelopes = new RandomEnvelopes(seed);
        List<WireCodec> codecs = WireCodecTest.allCodecs();
        int refused = 0;
        for (int i = 0; i < MUTATED; i++) {
            WireCodec writer = codecs.get(random.nextInt(codecs.size()));
            TestMessage message = TestMessage.received(writer.encode(TOPIC, envelopes.next(), 0));
            for (int m = 1 + random.nextInt(3); m > 0; m--) {
                message = mutate(message, random);
            }
            try {
                refused += decodes(message) ? 0 : 1;
                codec.keyOf(message);
                OutboundMessage dead = codec.deadLetter(TOPIC, message, DeadLetterEncodingTest.info(), 0);
                WireCodecTest.assertOnlyPlainHeaders(dead.headers());
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ", message " + i, e);
            }
        }
        assertThat(refused).isBetween(MUTATED / 20, MUTATED);
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

    private static TestMessage mutate(TestMessage message, Random random) {
        byte[] body = message.body() == null ? new byte[0] : message.body().clone();
        Headers headers = message.headers();
        String name = headers.name(random.nextInt(headers.size()));
        String value = headers.first(name);
        switch (random.nextInt(8)) {
            case 0 -> body = Arrays.copyOf(body, random.nextInt(body.length + 1));
            case 1 -> body = Arrays.copyOf(body, body.length + random.nextInt(20));
            case 2 -> headers = headers.toBuilder().remove(name).build();
            case 3 -> headers = set(headers, name, value.substring(random.nextInt(value.length() + 1)));
            case 4 -> headers = set(headers, name, (char) random.nextInt(0x10000) + value);
            case 5 ->
                headers = set(headers, (char) random.nextInt(0x200) + name, value + "%" + (char) random.nextInt(300));
            case 6 -> headers = set(headers, WireHeaders.ESCAPED, name + ",\n, ,");
            default -> {
                for (int i = random.nextInt(8); i >= 0 && body.length > 0; i--) {
                    body[random.nextInt(body.length)] = (byte) random.nextInt();
                }
            }
        }
        byte[] key = random.nextInt(4) == 0 ? Payload.of(name).toBytes() : null;
        return new TestMessage(headers, key, random.nextInt(200) == 0 ? null : body);
    }

    private static Headers set(Headers headers, String name, String value) {
        return headers.toBuilder().remove(name).addTrusted(name, value).build();
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
