package io.eventbus.core.wire;

import io.eventbus.api.Headers;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A collector of the headers of one message that escapes what brokers cannot carry and lists the names of what it escaped. */
final class HeaderWriter {

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
            for (int i = 0; i < values.size(); i++) {
                headers.addTrusted(nameOf(values, i), values.value(i));
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
        Set<String> escaped = new TreeSet<>(); // in lower case
        for (int i = 0; i < values.size(); i++) {
            String name = values.name(i);
            HeaderText.requireWholeCharacters(name, values.value(i));
            if (!HeaderText.isPlain(values.value(i)) && escaped.add(name.toLowerCase(Locale.ROOT))) {
                listEscaped(name);
            }
        }
        for (int i = 0; i < values.size(); i++) {
            String name = nameOf(values, i);
            String value = values.value(i);
            headers.addTrusted(
                    name, escaped.contains(name.toLowerCase(Locale.ROOT)) ? HeaderText.escape(value) : value);
        }
    }

    /** The name as it was written first: clients that group headers by exact name would lose the order of the values otherwise. */
    private static String nameOf(Headers values, int index) {
        String name = values.name(index);
        for (int i = 0; i < index; i++) {
            if (values.name(i).equalsIgnoreCase(name)) {
                return values.name(i);
            }
        }
        return name;
    }
}
