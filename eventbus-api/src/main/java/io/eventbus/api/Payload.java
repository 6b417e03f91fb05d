package io.eventbus.api;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An immutable sequence of bytes: the body of an event. Its length may be zero; "no payload at all" (a tombstone) is the absence
 * of a {@code Payload}, see {@link Envelope#payload()}.
 *
 * <p>Concurrency: immutable, safe from any thread.
 */
public final class Payload {

    private static final Payload EMPTY = new Payload(new byte[0]);

    private final byte[] bytes;

    private Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A payload of no bytes. */
    public static Payload empty() {
        return EMPTY;
    }

    /** A payload with a copy of the given bytes. */
    public static Payload of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Payload(bytes.clone());
    }

    /** A payload with the UTF-8 form of the given text. */
    public static Payload of(String text) {
        return text.isEmpty() ? EMPTY : new Payload(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A payload that takes the given array over without copying. The caller must not change the array afterwards: whoever does
     * changes what is sent. Meant for codecs and for hot paths.
     */
    public static Payload wrap(byte[] bytes) {
        return new Payload(bytes);
    }

    /** The number of bytes. */
    public int size() {
        return bytes.length;
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** A read-only view of the bytes, without copying; position 0, limit {@link #size()}. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** The bytes themselves, without copying. The caller must not change them. Meant for codecs and for hot paths. */
    public byte[] unsafeArray() {
        return bytes;
    }

    /** The bytes read as UTF-8; malformed parts become U+FFFD. */
    public String asText() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The size only: payloads do not belong in logs. */
    @Override
    public String toString() {
        return "Payload[" + bytes.length + " bytes]";
    }
}
