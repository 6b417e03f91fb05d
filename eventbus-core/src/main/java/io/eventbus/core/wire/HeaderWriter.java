package io.eventbus.core.wire;

import io.eventbus.api.Headers;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A collector of the headers of one message that escapes what brokers cannot carry and lists the names of what it escaped. */
final class HeaderWriter {

    /** Up to so many headers are compared with each other; more would take time by their square. */
    private static final int FEW = 16;

    private final Headers.Builder headers = Headers.builder();
    private @Nullable StringBuilder escapedNames;

    /** Adds a header that occurs once. */
    void add(String name, @Nullable String value) {
        if (value == null) {
            return;
        }
        if (HeaderText.isPlain(value)) {
            headers.addTrusted(name, value);
        } else {
            headers.addTrusted(name, HeaderText.escape(value));
            listEscaped(name);
        }
    }

    /** Adds a header whose value is known to be plain. */
    void addPlain(String name, String value) {
        headers.addTrusted(name, value);
    }

    /** Adds a header that occurs once and is cut where its escaped form grows beyond the limit; nothing if it is empty. */
    void addBounded(String name, String value, int limit) {
        if (value.isEmpty()) {
            return;
        }
        if (value.length() <= limit && HeaderText.isPlain(value)) {
            headers.addTrusted(name, value);
        } else {
            headers.addTrusted(name, HeaderText.escape(value, limit));
            listEscaped(name);
        }
    }

    /** Adds headers whose names may repeat; each name gets the case of its first occurrence. */
    void addAll(Headers values) throws MalformedException {
        boolean plain = true;
        for (int i = 0; plain && i < values.size(); i++) {
            plain = HeaderText.isPlain(values.value(i));
        }
        if (plain) {
            String[] names = names(values);
            for (int i = 0; i < names.length; i++) {
                headers.addTrusted(names[i], values.value(i));
            }
        } else {
            addEscaping(values);
        }
    }

    /** Marks all values of the name as escaped. */
    void listEscaped(String name) {
        escapedNames = escapedNames == null
                ? new StringBuilder(name)
                : escapedNames.append(',').append(name);
    }

    /** All headers, the list of escaped names included. */
    Headers build() {
        if (escapedNames != null) {
            headers.addTrusted(WireHeaders.ESCAPED, escapedNames.toString());
        }
        return headers.build();
    }

    private void addEscaping(Headers values) throws MalformedException {
        Set<String> escaped = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < values.size(); i++) {
            String name = values.name(i);
            HeaderText.requireWholeCharacters(name, values.value(i));
            if (!HeaderText.isPlain(values.value(i)) && escaped.add(name)) {
                listEscaped(name);
            }
        }
        String[] names = names(values);
        for (int i = 0; i < names.length; i++) {
            String name = names[i];
            String value = values.value(i);
            headers.addTrusted(name, escaped.contains(name) ? HeaderText.escape(value) : value);
        }
    }

    /** The names as each was written first: clients that group headers by exact name would lose the order of the values otherwise. */
    private static String[] names(Headers values) {
        String[] names = new String[values.size()];
        TreeMap<String, String> first = values.size() > FEW ? new TreeMap<>(String.CASE_INSENSITIVE_ORDER) : null;
        for (int i = 0; i < names.length; i++) {
            String name = values.name(i);
            String before = first == null ? before(names, i, name) : first.putIfAbsent(name, name);
            names[i] = before == null ? name : before;
        }
        return names;
    }

    private static @Nullable String before(String[] names, int end, String name) {
        for (int i = 0; i < end; i++) {
            if (names[i].equalsIgnoreCase(name)) {
                return names[i];
            }
        }
        return null;
    }
}
