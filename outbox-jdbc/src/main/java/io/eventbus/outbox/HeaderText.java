package io.eventbus.outbox;

import io.eventbus.api.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Headers as the text of a column: a line for each, the name, a colon and the value. In a value the backslash, line feed and the character
 * zero, which some databases cannot store, are written as {@code \\}, {@code \n} and {@code \0}.
 */
final class HeaderText {

    private HeaderText() {}

    /** The text; null if there are no headers. */
    static @Nullable String write(Headers headers) {
        if (headers.isEmpty()) {
            return null;
        }
        StringBuilder text = new StringBuilder(headers.length() + 2 * headers.size());
        headers.forEach((name, value) -> {
            text.append(name).append(':');
            escape(value, text);
            text.append('\n');
        });
        return text.toString();
    }

    /** The headers that {@link #write} wrote. */
    static Headers read(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Headers.empty();
        }
        Headers.Builder headers = Headers.builder();
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf('\n', start);
            int colon = text.indexOf(':', start);
            if (end < 0 || colon < 0 || colon > end) {
                throw new MalformedRowException("its headers are not of the form that the outbox writes");
            }
            headers.add(text.substring(start, colon), unescape(text, colon + 1, end));
            start = end + 1;
        }
        return headers.build();
    }

    private static void escape(String value, StringBuilder text) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\0' -> text.append("\\0");
                default -> text.append(c);
            }
        }
    }

    private static String unescape(String text, int from, int to) {
        int escape = text.indexOf('\\', from);
        if (escape < 0 || escape >= to) {
            return text.substring(from, to);
        }
        StringBuilder value = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                value.append(c);
            } else if (++i == to) {
                throw new MalformedRowException("a header ends within an escape");
            } else {
                value.append(
                        switch (text.charAt(i)) {
                            case '\\' -> '\\';
                            case 'n' -> '\n';
                            case '0' -> '\0';
                            default -> throw new MalformedRowException("a header has an unknown escape");
                        });
            }
        }
        return value.toString();
    }
}
