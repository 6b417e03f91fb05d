package io.eventbus.api;

/**
 * A name under which events are published and subscribed to, legal on every broker.
 *
 * <p>Grammar: tokens of {@code A-Z a-z 0-9 _ -} separated by single dots, at most {@value #MAX_LENGTH} characters in all;
 * the first character is a letter or digit, since brokers keep leading underscores and dollars for themselves. Names are
 * compared case-sensitively. The grammar is the intersection of a Kafka topic name and a NATS subject without wildcards.
 *
 * @param name the name, for example {@code orders.created}
 */
public record Topic(String name) {

    /** The longest legal name, in characters. */
    public static final int MAX_LENGTH = 180;

    /** @throws InvalidInputException if the name is outside the grammar; nothing has been sent or stored then */
    public Topic {
        String problem = problemOf(name);
        if (problem != null) {
            throw new InvalidInputException("illegal topic name '" + Text.printable(name, 200) + "': " + problem
                    + "; use tokens of A-Z a-z 0-9 _ - separated by dots, starting with a letter or digit");
        }
    }

    /**
     * A topic of the given name.
     *
     * @throws InvalidInputException if the name is outside the grammar
     */
    public static Topic of(String name) {
        return new Topic(name);
    }

    @Override
    public String toString() {
        return name;
    }

    private static @org.jspecify.annotations.Nullable String problemOf(String name) {
        if (name.isEmpty()) {
            return "it is empty";
        }
        if (name.length() > MAX_LENGTH) {
            return "it has " + name.length() + " characters, the limit is " + MAX_LENGTH;
        }
        if (!isLetterOrDigit(name.charAt(0))) {
            return "it starts with '" + Text.printable(name.substring(0, 1), 1) + "'";
        }
        char previous = '.';
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.') {
                if (previous == '.') {
                    return "it has an empty token at position " + i;
                }
            } else if (!isLetterOrDigit(c) && c != '_' && c != '-') {
                return "character " + i + " is not allowed";
            }
            previous = c;
        }
        return previous == '.' ? "it ends with a dot" : null;
    }

    private static boolean isLetterOrDigit(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
}
