package io.eventbus.nats;

import org.jspecify.annotations.Nullable;

/**
 * What the reply subject of a delivered message tells:
 * {@code $JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<time>.<pending>}, or with domain and account between
 * {@code ACK} and the stream.
 *
 * @param deliveries how often the message was delivered, this time included
 * @param streamSequence the place in the stream
 * @param consumerSequence the consumer's number of this delivery
 */
record AckSubject(int deliveries, long streamSequence, long consumerSequence) {

    private static final String PREFIX = "$JS.ACK.";

    /** Reads a reply subject; null if it is none of a delivered message. */
    static @Nullable AckSubject parse(@Nullable String subject) {
        if (subject == null || !subject.startsWith(PREFIX)) {
            return null;
        }
        int tokens = 1;
        for (int i = 0; i < subject.length(); i++) {
            if (subject.charAt(i) == '.') {
                tokens++;
            }
        }
        if (tokens < 9 || tokens == 10) {
            return null;
        }
        int start = startOf(subject, tokens == 9 ? 4 : 6);
        long deliveries = number(subject, start);
        start = subject.indexOf('.', start) + 1;
        long streamSequence = number(subject, start);
        start = subject.indexOf('.', start) + 1;
        long consumerSequence = number(subject, start);
        if (deliveries < 1 || streamSequence < 1 || consumerSequence < 1) {
            return null;
        }
        return new AckSubject((int) Math.min(deliveries, Integer.MAX_VALUE), streamSequence, consumerSequence);
    }

    /**
     * A subject to settle a message with whose delivery did not come here. The server finds what is owed by its place in the stream; of the rest it
     * looks at the consumer's number only. With 0 for that an acknowledgement of a message that is owed no more has no effect, while any other number
     * could move the floor past one that is. A message is given back only under a number above the floor and not above the last delivery. Both were
     * found out from servers 2.9 and 2.15, and are tested there.
     */
    static String madeUp(String stream, String durable, long streamSequence, long consumerSequence) {
        return PREFIX + stream + '.' + durable + ".1." + streamSequence + '.' + consumerSequence + ".0.0";
    }

    private static int startOf(String subject, int token) {
        int start = 0;
        for (int i = 0; i < token; i++) {
            start = subject.indexOf('.', start) + 1;
        }
        return start;
    }

    /** The number up to the next dot; -1 if it is none. */
    private static long number(String subject, int start) {
        long value = 0;
        for (int i = start; i < subject.length() && subject.charAt(i) != '.'; i++) {
            int digit = subject.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value > Long.MAX_VALUE / 10 - 1) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
