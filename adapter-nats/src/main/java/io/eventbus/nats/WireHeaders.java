package io.eventbus.nats;

import io.eventbus.api.Headers;
import java.nio.charset.StandardCharsets;

/**
 * Headers that are written once, straight into the form of the wire. The client's own class would keep two maps and several lists for
 * them, copy these and check every character again.
 */
final class WireHeaders extends io.nats.client.impl.Headers {

    private static final byte[] VERSION = "NATS/1.0\r\n".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;

    private WireHeaders(byte[] bytes) {
        super(null, true);
        this.bytes = bytes;
    }

    /**
     * The headers of a message with those that make JetStream keep our promises.
     *
     * @throws IllegalArgumentException if a name or value holds what the protocol cannot carry
     */
    static WireHeaders of(Headers headers, String messageId, String stream) {
        String id = plain(messageId);
        int length = VERSION.length + 2 + lineLength("Nats-Msg-Id", id) + lineLength("Nats-Expected-Stream", stream);
        for (int i = 0; i < headers.size(); i++) {
            length += lineLength(headers.name(i), headers.value(i));
        }
        byte[] out = new byte[length];
        System.arraycopy(VERSION, 0, out, 0, VERSION.length);
        int at = line(out, VERSION.length, "Nats-Msg-Id", id);
        at = line(out, at, "Nats-Expected-Stream", stream);
        for (int i = 0; i < headers.size(); i++) {
            at = line(out, at, headers.name(i), headers.value(i));
        }
        out[at] = '\r';
        out[at + 1] = '\n';
        return new WireHeaders(out);
    }

    /** A message id as the protocol can carry it: what is not printable ASCII is percent-encoded, so that different ids stay different. */
    static String plain(String messageId) {
        for (int i = 0; i < messageId.length(); i++) {
            char c = messageId.charAt(i);
            if (c <= ' ' || c > '~' || c == '%') {
                return encoded(messageId);
            }
        }
        return messageId;
    }

    @Override
    public boolean isEmpty() {
        return false;
    }

    @Override
    public int serializedLength() {
        return bytes.length;
    }

    @Override
    public byte[] getSerialized() {
        return bytes.clone();
    }

    @Override
    public int serializeToArray(int destPosition, byte[] dest) {
        System.arraycopy(bytes, 0, dest, destPosition, bytes.length);
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "WireHeaders[" + bytes.length + " bytes]";
    }

    private static String encoded(String messageId) {
        StringBuilder out = new StringBuilder(messageId.length() + 16);
        for (byte b : messageId.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b <= '~' && b != '%') {
                out.append((char) b);
            } else {
                out.append('%').append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
        return out.toString();
    }

    private static int lineLength(String name, String value) {
        return name.length() + value.length() + 3;
    }

    private static int line(byte[] out, int start, String name, String value) {
        int at = text(out, start, name);
        out[at++] = ':';
        at = text(out, at, value);
        out[at++] = '\r';
        out[at++] = '\n';
        return at;
    }

    private static int text(byte[] out, int start, String text) {
        int at = start;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                throw new IllegalArgumentException("a header holds the character U+" + Integer.toHexString(c)
                        + ", which NATS cannot carry; encode it");
            }
            out[at++] = (byte) c;
        }
        return at;
    }
}
