package io.eventbus.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

    /** The ends of all ranges of RFC 3629, section 4, and their neighbours. */
    private static final int[] EDGES = {
        0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef,
        0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff
    };

    /** What may stand behind the second byte, and its neighbours. */
    private static final int[] CONTINUATIONS = {0x7f, 0x80, 0xbf, 0xc0};

    @Test
    void agreesWithTheDecoderOfTheJdkOnAllSequencesOfEdges() {
        for (int a : EDGES) {
            compare(a);
            for (int b : EDGES) {
                compare(a, b);
                for (int c : CONTINUATIONS) {
                    compare(a, b, c);
                    for (int d : CONTINUATIONS) {
                        compare(a, b, c, d);
                    }
                }
            }
        }
    }

    private static void compare(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        assertThat(Utf8.firstMalformed(bytes) < 0).as(Arrays.toString(bytes)).isEqualTo(decodes(bytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 15, 16, 17})
    void tellsWhereTheFirstMalformedSequenceIs(int before) {
        for (int after : new int[] {0, 1, 8}) {
            byte[] bytes = new byte[before + 1 + after];
            Arrays.fill(bytes, (byte) 'a');
            assertThat(Utf8.firstMalformed(bytes)).isEqualTo(-1);
            bytes[before] = (byte) 0xff;
            assertThat(Utf8.firstMalformed(bytes)).isEqualTo(before);
        }
    }

    private static boolean decodes(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
