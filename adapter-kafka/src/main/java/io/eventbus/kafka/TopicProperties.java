package io.eventbus.kafka;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The configuration, by Kafka's names, of topics that are made. Checked here as far as the client knows it, so that a wrong name or number
 * is told at start and together with everything else, not when the first topic is made.
 */
final class TopicProperties {

    /** What a user's settings of topics start with. */
    static final String PREFIX = KafkaConfig.PREFIX + "topic.";

    private static final Set<String> NAMES = names();
    /** How Kafka's names of whole numbers end; -1 often means no limit. */
    private static final List<String> NUMBERS = List.of(".ms", ".bytes", ".messages", ".replicas");

    private TopicProperties() {}

    /** Everything that is wrong with them. */
    static List<String> problems(Map<String, String> properties) {
        List<String> problems = new ArrayList<>(NativeProperties.unknown(PREFIX, NAMES, properties));
        new TreeMap<>(properties).forEach((name, value) -> {
            if (name.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)) {
                if (!isWholeNumber(value, 0, Integer.MAX_VALUE)) {
                    problems.add(PREFIX + name + " is '" + value
                            + "', expected a whole number of bytes, without a unit, up to " + Integer.MAX_VALUE);
                }
            } else if (NUMBERS.stream().anyMatch(name::endsWith)
                    && !isWholeNumber(value, Long.MIN_VALUE, Long.MAX_VALUE)) {
                problems.add(PREFIX + name + " is '" + value + "', expected a whole number, without a unit");
            }
        });
        return problems;
    }

    private static boolean isWholeNumber(String value, long least, long most) {
        try {
            long number = Long.parseLong(value.trim());
            return number >= least && number <= most;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static Set<String> names() {
        Set<String> names = new TreeSet<>();
        for (Field field : TopicConfig.class.getFields()) {
            if (field.getName().endsWith("_CONFIG")) {
                try {
                    names.add((String) field.get(null));
                } catch (IllegalAccessException e) {
                    throw new LinkageError("the public constant " + field + " cannot be read", e);
                }
            }
        }
        return names;
    }
}
