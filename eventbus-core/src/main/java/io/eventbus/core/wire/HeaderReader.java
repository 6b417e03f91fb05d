package io.eventbus.core.wire;

import io.eventbus.api.Envelope;
import io.eventbus.api.Headers;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A view of the headers of a received message that undoes the escaping. */
final class HeaderReader {

    /** A list of escaped names that is longer than this is searched as a set, since a sender may make both it and the headers as long as it likes. */
    private static final int LONG_LIST = 512;

    private final Headers headers;
    private final @Nullable String escapedNames;
    private @Nullable Set<String> longList;

    HeaderReader(Headers headers) {
        this.headers = headers;
        this.escapedNames = headers.first(WireHeaders.ESCAPED);
    }

    /** The first value of the name as it stands on the wire; null if there is none. */
    @Nullable
    String raw(String name) {
        return headers.first(name);
    }

    /** The first value of the name; null if there is none. */
    @Nullable
    String value(String name) throws MalformedException {
        String value = headers.first(name);
        return value != null && isEscaped(name) ? HeaderText.unescape(name, value) : value;
    }

    /** The first value of the name; null if there is none or it is empty, which foreign services write for "none". */
    @Nullable
    String attribute(String name) throws MalformedException {
        String value = value(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /**
     * Puts the application's own headers into the envelope. Headers of the wire format and of brokers are left out, and so is what no
     * application of this library could have sent: names outside the grammar and oversized values of foreign services.
     */
    void copyApplicationHeaders(Envelope.Builder envelope) throws MalformedException {
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (WireHeaders.isApplicationName(name)) {
                String value = headers.value(i);
                String text = isEscaped(name) ? HeaderText.unescape(name, value) : value;
                if (text.length() <= Headers.MAX_VALUE_LENGTH) {
                    envelope.header(name, text);
                }
            }
        }
    }

    /** Whether the values of the name are percent-encoded. */
    boolean isEscaped(String name) {
        String names = escapedNames;
        if (names == null) {
            return false;
        }
        if (names.length() <= LONG_LIST) {
            return lists(names, name);
        }
        if (longList == null) {
            longList = split(names);
        }
        return longList.contains(name);
    }

    private static Set<String> split(String names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        int start = 0;
        while (start <= names.length()) {
            int comma = names.indexOf(',', start);
            int end = comma < 0 ? names.length() : comma;
            int from = start;
            while (from < end && names.charAt(from) == ' ') {
                from++;
            }
            set.add(names.substring(from, end));
            start = end + 1;
        }
        return set;
    }

    private static boolean lists(String names, String name) {
        int start = 0;
        while (start <= names.length()) {
            int comma = names.indexOf(',', start);
            int end = comma < 0 ? names.length() : comma;
            int from = start;
            while (from < end && names.charAt(from) == ' ') {
                from++;
            }
            if (end - from == name.length() && names.regionMatches(true, from, name, 0, name.length())) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }
}
