package io.eventbus.core.wire;

import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.jspecify.annotations.Nullable;

/**
 * A body in the LZ4 block format (<a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md">description</a>).
 *
 * <p>The native library is used where it can be loaded (the factory falls back to Java): for 1.2 KiB of JSON it compresses in 2 µs instead
 * of 11 and decompresses in 0.6 instead of 3. Received blocks are safe to give to it: {@link #decompressedLength} has walked the whole
 * block before, in Java, so that only well-formed blocks of exactly the claimed length get there, and the decompressor that checks its
 * bounds is used besides.
 */
final class Lz4Block {

    private static final LZ4Compressor COMPRESSOR = LZ4Factory.fastestInstance().fastCompressor();
    private static final LZ4SafeDecompressor DECOMPRESSOR =
            LZ4Factory.fastestInstance().safeDecompressor();

    /** Compression that saves less than this part of the body is not worth the receiver's time. */
    private static final int LEAST_SAVING_DIVISOR = 16;

    private static final int MIN_MATCH = 4;
    private static final int ESCAPE = 15;

    private Lz4Block() {}

    /** The first {@code length} bytes compressed; null if that does not save enough. */
    static byte @Nullable [] compress(byte[] bytes, int length) {
        byte[] out = new byte[COMPRESSOR.maxCompressedLength(length)];
        int compressed = COMPRESSOR.compress(bytes, 0, length, out, 0, out.length);
        return compressed <= length - length / LEAST_SAVING_DIVISOR - 1 ? Arrays.copyOf(out, compressed) : null;
    }

    /**
     * The block decompressed. Nothing is allocated unless the block really has the claimed size and that is within the limit.
     *
     * @param claimed what the header says about the size
     * @param limit the largest size accepted
     */
    static byte[] decompress(byte[] block, @Nullable String claimed, long limit) throws MalformedException {
        long size = size(claimed);
        if (size > limit) {
            throw new MalformedException("the body decompresses to " + size + " bytes, the limit is " + limit
                    + "; raise max-decompressed-bytes if the sender is right");
        }
        long actual = decompressedLength(block);
        if (actual != size || actual > Integer.MAX_VALUE - 8) {
            throw new MalformedException(
                    actual < 0
                            ? "the body is not a block of LZ4"
                            : WireHeaders.SIZE + " is " + size + " but the block has " + actual + " bytes");
        }
        byte[] out = new byte[(int) size];
        try {
            if (DECOMPRESSOR.decompress(block, 0, block.length, out, 0, out.length) == out.length) {
                return out;
            }
        } catch (LZ4Exception e) {
            throw new MalformedException("the body is not a block of LZ4");
        }
        throw new MalformedException("the block of LZ4 is shorter than its sequences say");
    }

    private static long size(@Nullable String claimed) throws MalformedException {
        if (claimed == null) {
            throw new MalformedException("header " + WireHeaders.SIZE + " is missing, which a compressed body needs");
        }
        boolean digits = !claimed.isEmpty() && claimed.length() <= 18;
        for (int i = 0; digits && i < claimed.length(); i++) {
            digits = claimed.charAt(i) >= '0' && claimed.charAt(i) <= '9';
        }
        if (!digits) {
            throw new MalformedException("header " + WireHeaders.SIZE + " is not a number of bytes");
        }
        return Long.parseLong(claimed);
    }

    /** How many bytes the block stands for, found by walking its sequences; -1 if it is malformed. */
    static long decompressedLength(byte[] block) {
        long out = 0;
        int at = 0;
        while (at < block.length) {
            int token = block[at++] & 0xff;
            int literals = token >>> 4;
            if (literals == ESCAPE) {
                int end = endOfLength(block, at);
                if (end < 0) {
                    return -1;
                }
                long length = length(block, at, end);
                if (length > block.length) {
                    return -1;
                }
                literals = (int) length;
                at = end;
            }
            if (literals > block.length - at) {
                return -1;
            }
            at += literals;
            out += literals;
            if (at == block.length) {
                return out; // a block ends with literals
            }
            if (block.length - at < 2) {
                return -1;
            }
            int distance = block[at] & 0xff | (block[at + 1] & 0xff) << 8;
            at += 2;
            if (distance == 0 || distance > out) {
                return -1;
            }
            long match = token & ESCAPE;
            if (match == ESCAPE) {
                int end = endOfLength(block, at);
                if (end < 0) {
                    return -1;
                }
                match = length(block, at, end);
                at = end;
            }
            out += match + MIN_MATCH;
        }
        return -1;
    }

    /** Where the bytes that prolong a length end: behind the first one that is not 255; -1 if there is none. */
    private static int endOfLength(byte[] block, int from) {
        int at = from;
        while (at < block.length && block[at] == (byte) 255) {
            at++;
        }
        return at < block.length ? at + 1 : -1;
    }

    private static long length(byte[] block, int from, int end) {
        return ESCAPE + 255L * (end - 1 - from) + (block[end - 1] & 0xff);
    }
}
