package io.eventbus.nats;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The answer of JetStream to a publish: {@code {"stream":"orders","seq":7,"duplicate":true}} or
 * {@code {"error":{"code":400,"err_code":10060,"description":"…"}}}.
 *
 * @param stream the stream; null in an error
 * @param sequence the stream sequence; 0 in an error
 * @param duplicate whether the message id was stored before
 * @param code the HTTP-like code of an error; 0 if there is none
 * @param errorCode the precise code of an error; 0 if there is none
 * @param description the words of an error; empty if there is none
 */
record PubAck(@Nullable String stream, long sequence, boolean duplicate, int code, int errorCode, String description) {

    private static final int MAX_DESCRIPTION = 300;

    /** Whether the message is stored. */
    boolean stored() {
        return stream != null && sequence > 0 && code == 0;
    }

    /** Reads an answer; whatever cannot be read is an answer that is neither stored nor a known error. Never throws. */
    static PubAck parse(byte[] json) {
        return new Scan(json).answer();
    }

    /** One pass over an answer, without building a tree: only the known names count, at whatever depth they stand. */
    private static final class Scan {

        private final byte[] json;
        private int at;
        private @Nullable String stream;
        private long sequence;
        private boolean duplicate;
        private boolean error;
        private int code;
        private int errorCode;
        private String description = "";

        Scan(byte[] json) {
            this.json = json;
        }

        PubAck answer() {
            while (at < json.length) {
                if (json[at] == '"') {
                    name();
                } else {
                    at++;
                }
            }
            boolean readable = stream != null && sequence > 0 || error;
            if (!readable) {
                return new PubAck(null, 0, false, 500, 0, "unreadable answer of " + json.length + " bytes");
            }
            return error
                    ? new PubAck(null, 0, false, code == 0 ? 500 : code, errorCode, description)
                    : new PubAck(stream, sequence, duplicate, 0, 0, "");
        }

        private void name() {
            String name = text();
            blanks();
            if (at >= json.length || json[at] != ':') {
                return;
            }
            at++;
            blanks();
            if (at >= json.length) {
                return;
            }
            switch (name) {
                case "stream" -> stream = json[at] == '"' ? text() : null;
                case "seq" -> sequence = number();
                case "duplicate" -> duplicate = json[at] == 't';
                case "error" -> error = json[at] == '{';
                case "code" -> code = (int) Math.min(number(), Integer.MAX_VALUE);
                case "err_code" -> errorCode = (int) Math.min(number(), Integer.MAX_VALUE);
                case "description" -> description = json[at] == '"' ? printable(text()) : "";
                default -> {
                    if (json[at] == '"') {
                        text();
                    }
                }
            }
        }

        /** The text from the quote here to its closing quote, behind which the scan goes on. */
        private String text() {
            int start = ++at;
            boolean escaped = false;
            while (at < json.length && json[at] != '"') {
                if (json[at] == '\\') {
                    escaped = true;
                    at++;
                }
                at++;
            }
            int end = Math.min(at, json.length);
            at++;
            String raw = new String(json, start, end - start, StandardCharsets.UTF_8);
            return escaped ? unescaped(raw) : raw;
        }

        private long number() {
            long value = 0;
            while (at < json.length && json[at] >= '0' && json[at] <= '9') {
                if (value > Long.MAX_VALUE / 10 - 1) {
                    return 0;
                }
                value = value * 10 + (json[at++] - '0');
            }
            return value;
        }

        private void blanks() {
            while (at < json.length && json[at] <= ' ' && json[at] >= 0) {
                at++;
            }
        }

        /** Good enough for names and words: escapes other than of quote and backslash stay as they are. */
        private static String unescaped(String raw) {
            return raw.replace("\\\"", "\"").replace("\\\\", "\\");
        }

        private static String printable(String text) {
            StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_DESCRIPTION));
            for (int i = 0; i < text.length() && i < MAX_DESCRIPTION; i++) {
                char c = text.charAt(i);
                out.append(Character.isISOControl(c) ? '?' : c);
            }
            return out.toString();
        }
    }
}
