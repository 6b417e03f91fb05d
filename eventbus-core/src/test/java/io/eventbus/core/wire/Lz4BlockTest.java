package io.eventbus.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class Lz4BlockTest {

    /** One literal, then 15 + 255 + 5 + 4 times the same by a match, then five literals. */
    private static final byte[] REPEATED = {0x1f, 'a', 1, 0, (byte) 255, 5, 0x50, 'b', 'b', 'b', 'b', 'b'};

    private static final int REPEATED_LENGTH = 1 + 15 + 255 + 5 + 4 + 5;

    @Test
    void walksABlockToItsLength() throws MalformedException {
        assertThat(Lz4Block.decompressedLength(REPEATED)).isEqualTo(REPEATED_LENGTH);
        byte[] expected = new byte[REPEATED_LENGTH];
        Arrays.fill(expected, (byte) 'a');
        Arrays.fill(expected, REPEATED_LENGTH - 5, REPEATED_LENGTH, (byte) 'b');
        assertThat(Lz4Block.decompress(REPEATED, "" + REPEATED_LENGTH, REPEATED_LENGTH))
                .isEqualTo(expected);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("nothing", bytes()),
                Arguments.of("literals are missing", bytes(0x20, 'a')),
                Arguments.of("long literals without a length", bytes(0xf0)),
                Arguments.of("long literals whose length does not end", bytes(0xf0, 255, 255)),
                Arguments.of("long literals that are missing", bytes(0xf0, 0, 'a')),
                Arguments.of("more literals than the block has bytes", bytes(0xf0, 255, 255, 0, 'a')),
                Arguments.of("half a distance", bytes(0x10, 'a', 1)),
                Arguments.of("no distance", bytes(0x10, 'a', 0, 0, 0x10, 'b')),
                Arguments.of("a distance beyond the beginning", bytes(0x10, 'a', 2, 0, 0x10, 'b')),
                Arguments.of("a distance of two bytes beyond the beginning", bytes(0x10, 'a', 1, 1, 0x10, 'b')),
                Arguments.of("a long match without a length", bytes(0x1f, 'a', 1, 0)),
                Arguments.of("a long match whose length does not end", bytes(0x1f, 'a', 1, 0, 255)),
                Arguments.of("a match at the end", bytes(0x10, 'a', 1, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void aMalformedBlockHasNoLength(String what, byte[] block) {
        assertThat(Lz4Block.decompressedLength(block)).isEqualTo(-1);
        assertThatThrownBy(() -> Lz4Block.decompress(block, "0", 100)).hasMessageContaining("not a block of LZ4");
    }

    @Test
    void theLimitItselfIsAllowedAndTheClaimMustBeTrue() throws MalformedException {
        byte[] literals = bytes(0x30, 'a', 'b', 'c');
        assertThat(Lz4Block.decompress(literals, "3", 3)).isEqualTo(bytes('a', 'b', 'c'));
        assertThat(Lz4Block.decompress(literals, "000000000000000003", 3)).hasSize(3);
        assertThatThrownBy(() -> Lz4Block.decompress(literals, "3", 2)).hasMessageContaining("the limit is 2");
        assertThatThrownBy(() -> Lz4Block.decompress(literals, "2", 3)).hasMessageContaining("the block has 3 bytes");
        assertThatThrownBy(() -> Lz4Block.decompress(bytes(0), "1", 3)).hasMessageContaining("the block has 0 bytes");
        assertThatThrownBy(() -> Lz4Block.decompress(literals, "0000000000000000003", 3))
                .hasMessageContaining("not a number of bytes");
        assertThatThrownBy(() -> Lz4Block.decompress(literals, null, 3)).hasMessageContaining("is missing");
    }

    @Test
    void longLiteralsAreWalkedToo() throws MalformedException {
        byte[] body = new byte[15 + 255];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) i;
        }
        byte[] block = new byte[3 + body.length];
        block[0] = (byte) 0xf0;
        block[1] = (byte) 255;
        System.arraycopy(body, 0, block, 3, body.length);
        assertThat(Lz4Block.decompressedLength(block)).isEqualTo(body.length);
        assertThat(Lz4Block.decompress(block, "" + body.length, body.length)).isEqualTo(body);
    }

    @Test
    void compressionIsKeptOnlyWhereItSavesASixteenth() {
        byte[] body = new byte[1_000];
        byte[] compressed = Lz4Block.compress(body, body.length);
        assertThat(compressed).isNotNull();
        assertThat(Lz4Block.decompressedLength(compressed)).isEqualTo(body.length);
        byte[] random = new byte[1_000];
        new java.util.Random(1).nextBytes(random);
        Arrays.fill(random, 0, 60, (byte) 0); // saves some fifty bytes, not enough
        assertThat(Lz4Block.compress(random, random.length)).isNull();
        Arrays.fill(random, 0, 120, (byte) 0);
        assertThat(Lz4Block.compress(random, random.length)).isNotNull();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
