package io.eventbus.testkit.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What can go wrong with a sequence of bytes: by accident (cut, flipped, spliced) and by intent (lengths, counts, nesting, text that is none). */
final class ByteMutations {

    /** Larger results are cut to this, in bytes; brokers bound messages too. */
    static final int MAX_BYTES = 1024 * 1024;

    static final String[] NUMBERS = {
        "-1",
        "0",
        "-0",
        "1",
        "00",
        "255",
        "65536",
        "2147483647",
        "2147483648",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "99999999999999999999999",
        "1e400",
        "1e-400",
        "1.5",
        "0x10",
        "1".repeat(1001)
    };

    private static final byte[] INTERESTING = {
        0, 1, 0x7f, (byte) 0x80, (byte) 0xff, '"', '\\', '{', '}', '[', ']', ',', ':', '%', '\n', '\r', ' ', '0', '-'
    };
    /** Overlong, surrogate, too high, cut off, byte order marks. */
    private static final int[][] NOT_UTF8 = {
        {0xc0, 0x80}, {0xe0, 0x80, 0x80}, {0xed, 0xa0, 0x80}, {0xed, 0xbf, 0xbf}, {0xf4, 0x90, 0x80, 0x80}, {0xf5},
        {0xe2, 0x82}, {0xf0, 0x9f}, {0xef, 0xbb, 0xbf}, {0xfe, 0xff}, {0xff, 0xfe}, {0x80}
    };

    private static final String[] OPENINGS = {"[", "{\"a\":", "[{\"a\":[", "\"", "{"};
    private static final int[] DEPTHS = {2, 20, 499, 500, 501, 502, 999, 1001, 20_000};

    private final Random random;
    private final List<byte[]> dictionary;

    ByteMutations(Random random, List<byte[]> dictionary) {
        this.random = random;
        this.dictionary = dictionary;
    }

    /** The bytes with one thing wrong; {@code other} is another input to splice with. */
    byte[] mutate(byte[] bytes, byte[] other) {
        int at = random.nextInt(bytes.length + 1);
        byte[] result = switch (random.nextInt(14)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> insert(bytes, bytes.length, noise(1 + random.nextInt(20)));
            case 2 -> flipped(bytes);
            case 3 -> overwritten(bytes);
            case 4 -> without(bytes, at, random.nextInt(bytes.length - at + 1));
            case 5 -> insert(bytes, random.nextInt(bytes.length + 1), Arrays.copyOfRange(bytes, at, end(bytes, at)));
            case 6 -> spliced(bytes, other);
            case 7 -> numberReplaced(bytes);
            case 8 -> insert(bytes, at, notUtf8());
            case 9 -> insert(bytes, at, nesting());
            case 10 -> memberRepeated(bytes);
            case 11 -> insert(bytes, at, word());
            case 12 -> lengthProlonged(bytes);
            default -> random.nextInt(20) == 0 ? grown(bytes, at) : flipped(bytes);
        };
        return result.length > MAX_BYTES ? Arrays.copyOf(result, MAX_BYTES) : result;
    }

    private byte[] flipped(byte[] bytes) {
        byte[] out = bytes.clone();
        for (int i = random.nextInt(4); i >= 0 && out.length > 0; i--) {
            out[random.nextInt(out.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return out;
    }

    private byte[] overwritten(byte[] bytes) {
        byte[] out = bytes.clone();
        for (int i = random.nextInt(4); i >= 0 && out.length > 0; i--) {
            out[random.nextInt(out.length)] =
                    random.nextBoolean() ? INTERESTING[random.nextInt(INTERESTING.length)] : (byte) random.nextInt();
        }
        return out;
    }

    private byte[] spliced(byte[] bytes, byte[] other) {
        byte[] head = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
        int from = random.nextInt(other.length + 1);
        return insert(head, head.length, Arrays.copyOfRange(other, from, other.length));
    }

    /** A number in the text says something else. */
    private byte[] numberReplaced(byte[] bytes) {
        int start = find(bytes, '0', '9');
        if (start < 0) {
            return insert(bytes, bytes.length / 2, ascii(NUMBERS[random.nextInt(NUMBERS.length)]));
        }
        int end = start;
        while (end < bytes.length && bytes[end] >= '0' && bytes[end] <= '9') {
            end++;
        }
        return insert(without(bytes, start, end - start), start, ascii(NUMBERS[random.nextInt(NUMBERS.length)]));
    }

    private byte[] notUtf8() {
        int[] sequence = NOT_UTF8[random.nextInt(NOT_UTF8.length)];
        byte[] out = new byte[sequence.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) sequence[i];
        }
        return out;
    }

    private byte[] nesting() {
        String opening = OPENINGS[random.nextInt(OPENINGS.length)];
        int depth = DEPTHS[random.nextInt(random.nextInt(10) == 0 ? DEPTHS.length : DEPTHS.length - 1)];
        String closing = random.nextBoolean() || opening.length() > 1 ? "" : "0" + "]".repeat(depth);
        return ascii(opening.repeat(depth) + closing);
    }

    /** What stands between two commas or brackets comes once more: in JSON a member, which is then there twice. */
    private byte[] memberRepeated(byte[] bytes) {
        int start = find(bytes, ',', ',');
        if (start < 0) {
            return flipped(bytes);
        }
        int end = start + 1;
        while (end < bytes.length && bytes[end] != ',' && bytes[end] != '}') {
            end++;
        }
        byte[] member = Arrays.copyOfRange(bytes, start, end);
        int times = random.nextInt(50) == 0 ? 1 + random.nextInt(5_000) : 1;
        ByteArrayOutputStream repeated = new ByteArrayOutputStream();
        for (int i = 0; i < times && repeated.size() < 100_000; i++) {
            repeated.writeBytes(member);
        }
        return insert(bytes, end, repeated.toByteArray());
    }

    private byte[] word() {
        return dictionary.isEmpty() ? noise(4) : dictionary.get(random.nextInt(dictionary.size()));
    }

    /** In binary formats a run of 255 prolongs a length, and the sign bit makes it negative. */
    private byte[] lengthProlonged(byte[] bytes) {
        byte[] run = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 2_000 : 9)];
        Arrays.fill(run, random.nextBoolean() ? (byte) 0xff : (byte) 0x80);
        int at = random.nextInt(bytes.length + 1);
        return random.nextBoolean() ? insert(bytes, at, run) : insert(without(bytes, at, run.length), at, run);
    }

    private byte[] grown(byte[] bytes, int at) {
        byte[] chunk = Arrays.copyOfRange(bytes, at, end(bytes, at));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes);
        int limit = 1 << (10 + random.nextInt(random.nextInt(10) == 0 ? 11 : 7));
        while (chunk.length > 0 && out.size() < limit) {
            out.writeBytes(chunk);
        }
        return out.toByteArray();
    }

    private byte[] noise(int length) {
        byte[] out = new byte[length];
        if (random.nextBoolean()) {
            random.nextBytes(out);
        }
        return out;
    }

    /** A place of a byte in the range, searched from a random one on; -1 if there is none. */
    private int find(byte[] bytes, char low, char high) {
        int offset = random.nextInt(bytes.length + 1);
        for (int i = 0; i < bytes.length; i++) {
            int at = (i + offset) % bytes.length;
            if (bytes[at] >= low && bytes[at] <= high) {
                return at;
            }
        }
        return -1;
    }

    private int end(byte[] bytes, int from) {
        return Math.min(bytes.length, from + 1 + random.nextInt(64));
    }

    private static byte[] without(byte[] bytes, int from, int length) {
        int end = Math.min(bytes.length, from + length);
        byte[] out = new byte[bytes.length - (end - from)];
        System.arraycopy(bytes, 0, out, 0, from);
        System.arraycopy(bytes, end, out, from, bytes.length - end);
        return out;
    }

    private static byte[] insert(byte[] bytes, int at, byte[] more) {
        byte[] out = new byte[bytes.length + more.length];
        System.arraycopy(bytes, 0, out, 0, at);
        System.arraycopy(more, 0, out, at, more.length);
        System.arraycopy(bytes, at, out, at + more.length, bytes.length - at);
        return out;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
