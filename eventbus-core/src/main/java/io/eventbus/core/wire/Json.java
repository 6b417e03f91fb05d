package io.eventbus.core.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;

/** JSON as the wire format reads it: UTF-8 only, with limits on nesting and on the length of numbers and names. */
final class Json {

    /** How deep a payload may be nested. */
    static final int MAX_PAYLOAD_NESTING = 500;

    private static final JsonFactory PAYLOADS = factory(MAX_PAYLOAD_NESTING);

    /** An envelope is one level above its payload; what was accepted when it was sent is accepted when it is read. */
    private static final JsonFactory ENVELOPES = factory(MAX_PAYLOAD_NESTING + 1);

    private static final byte BOM = (byte) 0xef;

    private Json() {}

    /** A parser for an envelope. */
    static JsonParser envelopeParser(byte[] body) throws IOException, MalformedException {
        requireUtf8(body);
        return ENVELOPES.createParser(body);
    }

    /** Whether a media type says JSON: {@code application/json} or {@code …+json}, in any case, with any parameters. */
    static boolean isJson(String contentType) {
        int semicolon = contentType.indexOf(';');
        int end = semicolon < 0 ? contentType.length() : semicolon;
        while (end > 0 && contentType.charAt(end - 1) == ' ') {
            end--;
        }
        int start = 0;
        while (start < end && contentType.charAt(start) == ' ') {
            start++;
        }
        return matches(contentType, start, end, "application/json")
                || end - start > 5 && matches(contentType, end - 5, end, "+json");
    }

    /** Checks that the bytes are exactly one JSON value. */
    static void check(byte[] bytes) throws MalformedException {
        requireUtf8(bytes);
        int malformed = Utf8.firstMalformed(bytes); // the parser lets some malformed sequences pass
        if (malformed >= 0) {
            throw new MalformedException("is not UTF-8 at byte " + malformed);
        }
        try (JsonParser parser = PAYLOADS.createParser(bytes)) {
            if (parser.nextToken() == null) {
                throw new MalformedException("holds no value");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new MalformedException("goes on behind the end of its value at byte "
                        + parser.currentTokenLocation().getByteOffset());
            }
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /**
     * Whether valid JSON comes back byte by byte when it is embedded in an envelope: a literal null would come back as a tombstone, and
     * white space at its ends or a byte order mark would be lost.
     */
    static boolean isEmbeddable(byte[] bytes) {
        return bytes[0] > ' '
                && (bytes[bytes.length - 1] & 0xff) > ' '
                && !(bytes.length == 4 && bytes[0] == 'n'); // valid and four bytes with an n: null
    }

    /** The finding behind an exception of the parser: where, but nothing of the text, which may be confidential. */
    static MalformedException malformed(IOException e) {
        String what = e instanceof StreamConstraintsException
                ? "exceeds a limit: " + ((JsonProcessingException) e).getOriginalMessage()
                : e instanceof JsonEOFException ? "ends too early" : "is not valid JSON";
        return new MalformedException(what
                + (e instanceof JsonProcessingException p && p.getLocation() != null
                        ? " at byte " + p.getLocation().getByteOffset()
                        : ""));
    }

    /** Refuses what the parser would take for UTF-16 or UTF-32. */
    private static void requireUtf8(byte[] bytes) throws MalformedException {
        for (int i = 0; i < bytes.length && i < 4; i++) {
            if (bytes[i] == 0 || i == 0 && bytes[i] < 0 && bytes[i] != BOM) {
                throw new MalformedException("is not valid JSON in UTF-8 at byte " + i);
            }
        }
    }

    private static boolean matches(String text, int start, int end, String expected) {
        return end - start == expected.length() && text.regionMatches(true, start, expected, 0, expected.length());
    }

    private static JsonFactory factory(int nesting) {
        return JsonFactory.builder()
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // names are foreign input
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(nesting).build())
                .build();
    }
}
