package io.eventbus.core.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing sequence of bytes into which JSON is written. Used by one thread for one message. */
final class Utf8Buffer {

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private byte[] bytes;
    private int length;

    Utf8Buffer(int capacity) {
        bytes = new byte[capacity];
    }

    /** The bytes; valid up to {@link #length}. */
    byte[] array() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    void write(byte[] source) {
        reserve(source.length);
        System.arraycopy(source, 0, bytes, length, source.length);
        length += source.length;
    }

    /** Writes text that is known to be ASCII without anything to escape. */
    void writeAscii(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    /** Writes the inside of a JSON string. */
    void writeEscaped(String text) {
        reserve(text.length());
        int at = length;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c >= 0x80 || c == '"' || c == '\\') {
                length = at;
                writeEscapedSlowly(text, i);
                return;
            }
            bytes[at++] = (byte) c;
        }
        length = at;
    }

    private void writeEscapedSlowly(String text, int from) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
            } else {
                out.append(c);
            }
        }
        write(out.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length + (bytes.length >> 1)));
        }
    }
}
