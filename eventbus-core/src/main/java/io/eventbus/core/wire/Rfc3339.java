package io.eventbus.core.wire;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * The form of a time on the wire. Written by hand: {@link java.time.format.DateTimeFormatter} takes several times as long for this one
 * pattern.
 */
final class Rfc3339 {

    private static final int LAST_YEAR = 9999;

    private Rfc3339() {}

    /** The time in UTC, to the microsecond, with 0, 3 or 6 digits of a second as needed. */
    static String format(Instant time) throws MalformedException {
        LocalDateTime t = LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
        if (t.getYear() < 0 || t.getYear() > LAST_YEAR) {
            throw new MalformedException("timestamp is in the year " + t.getYear()
                    + "; RFC 3339 has years from 0000 to 9999, give it a time in between");
        }
        byte[] out = "0000-00-00T00:00:00.000000Z".getBytes(StandardCharsets.ISO_8859_1);
        put(out, 0, 4, t.getYear());
        put(out, 5, 2, t.getMonthValue());
        put(out, 8, 2, t.getDayOfMonth());
        put(out, 11, 2, t.getHour());
        put(out, 14, 2, t.getMinute());
        put(out, 17, 2, t.getSecond());
        int micros = t.getNano() / 1000;
        put(out, 20, 6, micros);
        int end = micros == 0 ? 19 : micros % 1000 == 0 ? 23 : 26;
        out[end] = 'Z';
        return new String(out, 0, end + 1, StandardCharsets.ISO_8859_1);
    }

    /** The time behind the text; any offset and any number of digits of a second are understood. */
    static Instant parse(String text) throws MalformedException {
        try {
            return parseStrictly(text);
        } catch (DateTimeException | IndexOutOfBoundsException e) {
            throw new MalformedException("timestamp is not a time of the form 2026-01-31T23:59:59.123456Z (RFC 3339)");
        }
    }

    private static Instant parseStrictly(String text) {
        long day = LocalDate.of(number(text, 0, 4, LAST_YEAR), number(text, 5, 2, 12), number(text, 8, 2, 31))
                .toEpochDay();
        expect(text, 4, "-");
        expect(text, 7, "-");
        expect(text, 10, "Tt ");
        expect(text, 13, ":");
        expect(text, 16, ":");
        // 60 is a leap second; it becomes the first second of the next minute.
        long second = number(text, 11, 2, 23) * 3600L + number(text, 14, 2, 59) * 60L + number(text, 17, 2, 60);
        int at = 19;
        int nanos = 0;
        if (text.charAt(at) == '.') {
            int start = ++at;
            for (int scale = 100_000_000; isDigit(text.charAt(at)); scale /= 10) {
                nanos += (text.charAt(at++) - '0') * scale;
            }
            require(at > start);
        }
        return Instant.ofEpochSecond(day * 86_400 + second - offset(text, at), nanos);
    }

    private static int offset(String text, int at) {
        char c = text.charAt(at);
        if (c == 'Z' || c == 'z') {
            require(text.length() == at + 1);
            return 0;
        }
        require(text.length() == at + 6);
        expect(text, at, "+-");
        expect(text, at + 3, ":");
        int seconds = number(text, at + 1, 2, 23) * 3600 + number(text, at + 4, 2, 59) * 60;
        return c == '-' ? -seconds : seconds;
    }

    private static void put(byte[] out, int at, int digits, int value) {
        int rest = value;
        for (int i = at + digits - 1; i >= at; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private static int number(String text, int at, int digits, int max) {
        int value = 0;
        for (int i = at; i < at + digits; i++) {
            require(isDigit(text.charAt(i)));
            value = value * 10 + text.charAt(i) - '0';
        }
        require(value <= max);
        return value;
    }

    private static void expect(String text, int at, String oneOf) {
        require(oneOf.indexOf(text.charAt(at)) >= 0);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new DateTimeException("not RFC 3339");
        }
    }
}
