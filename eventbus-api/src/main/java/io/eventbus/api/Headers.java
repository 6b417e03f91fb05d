package io.eventbus.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable, ordered list of name and value pairs. A name may occur more than once; the order of its values is kept. Names keep
 * the case in which they were given (on the way through a broker, that of the name's first occurrence) and are looked up without regard
 * to it, on every broker.
 *
 * <p>Names are 1 to 128 characters of {@code A-Z a-z 0-9 - _ .}; values are any text of up to {@value #MAX_VALUE_LENGTH} characters
 * (the wire codec escapes what a broker cannot carry, so that values arrive as they were given).
 *
 * <p>Concurrency: immutable, safe from any thread.
 */
public final class Headers {

    /**
     * The name of the header with the id of the event that caused this one. The bus sets it on what a handler publishes, see
     * {@link Delivery#consequence}; an application may set it.
     */
    public static final String CAUSATION_ID = "X-Causation-ID";

    /**
     * The name of the header with the tenant to which the event belongs. The application sets it; what its handlers publish inherits it, see
     * {@link Delivery#consequence}.
     */
    public static final String TENANT_ID = "X-Tenant-ID";

    /** The longest legal value, in characters. */
    public static final int MAX_VALUE_LENGTH = 16 * 1024;

    private static final int MAX_NAME_LENGTH = 128;
    private static final Headers EMPTY = new Headers(new String[0]);

    /** Names and values in turn. */
    private final String[] pairs;

    private Headers(String[] pairs) {
        this.pairs = pairs;
    }

    /** No headers. */
    public static Headers empty() {
        return EMPTY;
    }

    /**
     * Headers from names and values in turn.
     *
     * @throws InvalidInputException if a name or value is illegal or the number of arguments is odd
     */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new InvalidInputException(
                    "headers need a value for each name, got " + namesAndValues.length + " strings");
        }
        Builder builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    /** A builder without headers. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with these headers. */
    public Builder toBuilder() {
        return new Builder().addAll(this);
    }

    /** The number of pairs. */
    public int size() {
        return pairs.length / 2;
    }

    /** Whether there is no pair. */
    public boolean isEmpty() {
        return pairs.length == 0;
    }

    /** The name of pair {@code index}, counted from 0. */
    public String name(int index) {
        return pairs[2 * index];
    }

    /** The value of pair {@code index}, counted from 0. */
    public String value(int index) {
        return pairs[2 * index + 1];
    }

    /** The first value of the name, in any case; null if there is none. */
    public @Nullable String first(String name) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equalsIgnoreCase(name)) {
                return pairs[i + 1];
            }
        }
        return null;
    }

    /** All values of the name, in any case, in the order given. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>(2);
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equalsIgnoreCase(name)) {
                values.add(pairs[i + 1]);
            }
        }
        return Collections.unmodifiableList(values);
    }

    /** Whether the name occurs, in any case. */
    public boolean contains(String name) {
        return first(name) != null;
    }

    /** Calls the action for each pair in order. */
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < pairs.length; i += 2) {
            action.accept(pairs[i], pairs[i + 1]);
        }
    }

    /** The number of characters of all names and values; a rough size for limits. */
    public int length() {
        int length = 0;
        for (String part : pairs) {
            length += part.length();
        }
        return length;
    }

    /**
     * Equal if, for each name without regard to case, the values are the same in the same order. The order of different names does
     * not count, since brokers do not keep it.
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof Headers that
                && (Arrays.equals(pairs, that.pairs) || grouped().equals(that.grouped()));
    }

    @Override
    public int hashCode() {
        return grouped().hashCode();
    }

    /** The names only: values may be confidential. */
    @Override
    public String toString() {
        return "Headers" + grouped().keySet();
    }

    private Map<String, List<String>> grouped() {
        Map<String, List<String>> grouped = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            grouped.computeIfAbsent(lowerCase(pairs[i]), n -> new ArrayList<>(1))
                    .add(pairs[i + 1]);
        }
        return grouped;
    }

    /** Of ASCII only, as legal names are: a foreign name may be long, and {@code toLowerCase} takes memory by the square of some. */
    private static String lowerCase(String name) {
        char[] lower = name.toCharArray();
        for (int i = 0; i < lower.length; i++) {
            lower[i] = lower[i] >= 'A' && lower[i] <= 'Z' ? (char) (lower[i] + 32) : lower[i];
        }
        return new String(lower);
    }

    /** A collector of pairs. Not safe for use by several threads at once. */
    public static final class Builder {

        private String[] pairs = new String[16];
        private int length;

        private Builder() {}

        /**
         * Adds a pair behind those present.
         *
         * @throws InvalidInputException if the name or value is illegal
         */
        public Builder add(String name, String value) {
            checkName(name);
            if (value.length() > MAX_VALUE_LENGTH) {
                throw new InvalidInputException("the value of header '" + name + "' has " + value.length()
                        + " characters, the limit is " + MAX_VALUE_LENGTH + "; put it into the payload");
            }
            return append(name, value);
        }

        /** Adds a pair that is known to be legal, such as a constant name of the wire format; nothing is checked. */
        public Builder addTrusted(String name, String value) {
            return append(name, value);
        }

        /** Adds all pairs of other headers behind those present. */
        public Builder addAll(Headers headers) {
            for (int i = 0; i < headers.pairs.length; i += 2) {
                append(headers.pairs[i], headers.pairs[i + 1]);
            }
            return this;
        }

        /** Removes all pairs of the name, in any case. */
        public Builder remove(String name) {
            int kept = 0;
            for (int i = 0; i < length; i += 2) {
                if (!pairs[i].equalsIgnoreCase(name)) {
                    pairs[kept] = pairs[i];
                    pairs[kept + 1] = pairs[i + 1];
                    kept += 2;
                }
            }
            length = kept;
            return this;
        }

        /** The headers collected so far; the builder may be used on. */
        public Headers build() {
            return length == 0 ? EMPTY : new Headers(Arrays.copyOf(pairs, length));
        }

        private Builder append(String name, String value) {
            if (length == pairs.length) {
                pairs = Arrays.copyOf(pairs, 2 * length);
            }
            pairs[length++] = name;
            pairs[length++] = value;
            return this;
        }

        private static void checkName(String name) {
            boolean legal = !name.isEmpty() && name.length() <= MAX_NAME_LENGTH;
            for (int i = 0; legal && i < name.length(); i++) {
                char c = name.charAt(i);
                legal = c >= 'a' && c <= 'z'
                        || c >= 'A' && c <= 'Z'
                        || c >= '0' && c <= '9'
                        || c == '-'
                        || c == '_'
                        || c == '.';
            }
            if (!legal) {
                throw new InvalidInputException("illegal header name '" + Text.printable(name, 140) + "'; use 1 to "
                        + MAX_NAME_LENGTH + " characters of A-Z a-z 0-9 - _ .");
            }
        }
    }
}
