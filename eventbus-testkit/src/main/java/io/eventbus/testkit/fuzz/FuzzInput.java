package io.eventbus.testkit.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An input of a decoder: headers, key and body, of which a decoder of plain bytes uses the body only. It has a text form of one line a part,
 * {@code header NAME VALUE}, {@code key BYTES} and {@code body BYTES}, in which everything but printable ASCII is escaped: {@code \}{@code uXXXX} in
 * headers, {@code \xXX} in bytes; lines that start with {@code #} are remarks. That is the form of the corpus.
 *
 * @param headers the headers in their order
 * @param key the key; null if there is none
 * @param body the body; null if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // handed through by reference; never compared
public record FuzzInput(List<Header> headers, byte @Nullable [] key, byte @Nullable [] body) {

    /** One header, of whatever characters. */
    public record Header(String name, String value) {}

    public FuzzInput {
        headers = List.copyOf(headers);
    }

    /** An input of a body only. */
    public static FuzzInput of(byte[] body) {
        return new FuzzInput(List.of(), null, body);
    }

    /** An input whose body is the UTF-8 form of the text. */
    public static FuzzInput of(String body) {
        return of(body.getBytes(StandardCharsets.UTF_8));
    }

    /** The body; empty if there is none. */
    public byte[] bytes() {
        return body == null ? new byte[0] : body;
    }

    /** The number of characters and bytes of all parts, and 64 for each header, which is an object of its own once received. */
    public long size() {
        long size = key == null ? 0 : key.length;
        size += body == null ? 0 : body.length;
        for (Header header : headers) {
            size += 64 + header.name().length();
            size += header.value().length();
        }
        return size;
    }

    /** The text form. */
    public String toText() {
        StringBuilder out = new StringBuilder();
        for (Header header : headers) {
            out.append("header ");
            escape(out, header.name(), "\\u%04x");
            out.append(' ');
            escape(out, header.value(), "\\u%04x");
            out.append('\n');
        }
        bytesLine(out, "key ", key);
        bytesLine(out, "body ", body);
        return out.toString();
    }

    /**
     * The input behind a text form.
     *
     * @throws IllegalArgumentException if a line is none of the form
     */
    public static FuzzInput parse(String text) {
        List<Header> headers = new ArrayList<>();
        byte @Nullable [] key = null;
        byte @Nullable [] body = null;
        for (String line : text.lines().toList()) {
            int space = line.indexOf(' ');
            String rest = line.substring(space + 1);
            if (line.startsWith("header ")) {
                int split = rest.indexOf(' ');
                headers.add(new Header(unescape(rest.substring(0, split)), unescape(rest.substring(split + 1))));
            } else if (line.startsWith("key ")) {
                key = unescape(rest).getBytes(StandardCharsets.ISO_8859_1);
            } else if (line.startsWith("body ")) {
                body = unescape(rest).getBytes(StandardCharsets.ISO_8859_1);
            } else if (!line.startsWith("#") && !line.isBlank()) {
                throw new IllegalArgumentException("'" + line + "' is no header, key, body or remark");
            }
        }
        return new FuzzInput(headers, key, body);
    }

    private static void bytesLine(StringBuilder out, String name, byte @Nullable [] bytes) {
        if (bytes != null) {
            out.append(name);
            escape(out, new String(bytes, StandardCharsets.ISO_8859_1), "\\x%02x");
            out.append('\n');
        }
    }

    private static void escape(StringBuilder out, String text, String form) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c > ' ' && c <= '~' && c != '\\') {
                out.append(c);
            } else {
                out.append(String.format(form, (int) c));
            }
        }
    }

    private static String unescape(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            int digits = c != '\\' ? 0 : text.charAt(i + 1) == 'x' ? 2 : 4;
            out.append(digits == 0 ? c : (char) Integer.parseInt(text.substring(i + 2, i + 2 + digits), 16));
            i += digits == 0 ? 1 : 2 + digits;
        }
        return out.toString();
    }
}
