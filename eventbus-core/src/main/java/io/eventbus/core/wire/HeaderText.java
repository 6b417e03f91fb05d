package io.eventbus.core.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The text of one header value on the wire. What every broker's client carries unchanged is printable ASCII without a space at either
 * end; everything else is percent-encoded UTF-8.
 */
final class HeaderText {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private HeaderText() {}

    /** Whether every broker carries the value as it is, though it may look like an escaped one. */
    static boolean isPrintable(String value) {
        int length = value.length();
        for (int i = 0; i < length; i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return length == 0 || value.charAt(0) != ' ' && value.charAt(length - 1) != ' ';
    }

    /** Whether the value goes onto the wire as it is. */
    static boolean isPlain(String value) {
        return isPrintable(value) && value.indexOf('%') < 0;
    }

    /** The value percent-encoded; half surrogate pairs become question marks. */
    static String escape(String value) {
        return escape(value, Integer.MAX_VALUE);
    }

    /** The value percent-encoded and cut at a character so that it has no more than {@code limit} characters. */
    static String escape(String value, int limit) {
        StringBuilder out = new StringBuilder((int) Math.min(limit, 16L + value.length() + value.length() / 2));
        int i = 0;
        while (i < value.length()) {
            int mark = out.length();
            int point = value.codePointAt(i);
            int next = i + Character.charCount(point);
            boolean literal = point > ' ' && point <= '~' && point != '%';
            if (literal || point == ' ' && i > 0 && next < value.length()) {
                out.append((char) point);
            } else {
                appendUtf8(out, point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? '?' : point);
            }
            if (out.length() > limit) {
                out.setLength(mark);
                return out.toString().stripTrailing();
            }
            i = next;
        }
        return out.toString();
    }

    /** The value behind a percent-encoded one. */
    static String unescape(String name, String value) throws MalformedException {
        byte[] bytes = new byte[value.length()];
        int length = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%') {
                int high = i + 2 < value.length() ? digit(value, i + 1) : -1;
                int low = high < 0 ? -1 : digit(value, i + 2);
                if (low < 0) {
                    throw new MalformedException("header '" + name + "' has a broken percent escape at character " + i);
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else if (c < 0x80) {
                bytes[length++] = (byte) c;
            } else {
                throw new MalformedException("header '" + name + "' is listed in " + WireHeaders.ESCAPED
                        + " but is not ASCII at character " + i);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedException("header '" + name + "' is not UTF-8 once unescaped");
        }
    }

    /** Refuses half a surrogate pair, which UTF-8 cannot carry. */
    static void requireWholeCharacters(String name, String value) throws MalformedException {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new MalformedException("header '" + name + "' has half a surrogate pair at character " + i
                        + "; give it text, or put bytes into the payload");
            }
        }
    }

    private static int digit(String value, int index) {
        char c = value.charAt(index);
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static void appendUtf8(StringBuilder out, int point) {
        if (point < 0x80) {
            appendByte(out, point);
        } else if (point < 0x800) {
            appendByte(out, 0xc0 | point >> 6);
            appendByte(out, 0x80 | point & 0x3f);
        } else if (point < 0x10000) {
            appendByte(out, 0xe0 | point >> 12);
            appendByte(out, 0x80 | point >> 6 & 0x3f);
            appendByte(out, 0x80 | point & 0x3f);
        } else {
            appendByte(out, 0xf0 | point >> 18);
            appendByte(out, 0x80 | point >> 12 & 0x3f);
            appendByte(out, 0x80 | point >> 6 & 0x3f);
            appendByte(out, 0x80 | point & 0x3f);
        }
    }

    private static void appendByte(StringBuilder out, int value) {
        out.append('%').append(HEX[value >> 4]).append(HEX[value & 15]);
    }
}
