package io.eventbus.nats;

import java.util.List;

/**
 * The subjects of a stream, which may hold wildcards.
 *
 * @param patterns the subjects as the stream is configured
 */
record StreamSubjects(List<String> patterns) {

    /** Whether one of them takes the topic. */
    boolean take(String topic) {
        String[] tokens = topic.split("\\.");
        for (String pattern : patterns) {
            if (matches(pattern.split("\\."), tokens)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String[] pattern, String[] tokens) {
        for (int i = 0; i < pattern.length; i++) {
            if (pattern[i].equals(">")) {
                return i < tokens.length;
            }
            if (i >= tokens.length || !pattern[i].equals("*") && !pattern[i].equals(tokens[i])) {
                return false;
            }
        }
        return pattern.length == tokens.length;
    }
}
