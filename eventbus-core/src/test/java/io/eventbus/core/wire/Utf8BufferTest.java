package io.eventbus.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8BufferTest {

    @ParameterizedTest
    @CsvSource({"0000, \\u0000", "000a, \\u000a", "0019, \\u0019", "001f, \\u001f", "0022, \\\"", "005c, \\\\"})
    void escapesWhatAJsonStringMayNotHold(String hex, String escaped) {
        String text = "ab" + (char) Integer.parseInt(hex, 16) + "cd";
        assertThat(escapedOf(text)).isEqualTo("ab" + escaped + "cd");
    }

    @Test
    void leavesTheRestAsItIs() {
        String text = " !#[]~\u007f\u0080\u00e9\u20ac\ud83d\ude00";
        assertThat(escapedOf(text)).isEqualTo(text);
    }

    /** The slow way through a StringBuilder gives the same, so only the bytes in memory tell which one was gone. */
    @Test
    void plainTextFillsTheBufferExactly() {
        Utf8Buffer buffer = new Utf8Buffer(4);
        buffer.writeEscaped(" ~#a");
        assertThat(buffer.array()).hasSize(4);
        assertThat(buffer.toBytes()).isSameAs(buffer.array());
    }

    @Test
    void growsByHalfOrAsFarAsNeeded() {
        Utf8Buffer buffer = new Utf8Buffer(10);
        buffer.writeAscii("0123456789");
        assertThat(buffer.array()).hasSize(10);
        buffer.writeAscii("a");
        assertThat(buffer.array()).hasSize(15);
        buffer.write(new byte[100]);
        assertThat(buffer.array()).hasSize(111);
        assertThat(buffer.length()).isEqualTo(111);
        assertThat(new String(buffer.toBytes(), 0, 11, StandardCharsets.UTF_8)).isEqualTo("0123456789a");
    }

    private static String escapedOf(String text) {
        Utf8Buffer buffer = new Utf8Buffer(1);
        buffer.writeEscaped(text);
        return new String(buffer.toBytes(), StandardCharsets.UTF_8);
    }
}
