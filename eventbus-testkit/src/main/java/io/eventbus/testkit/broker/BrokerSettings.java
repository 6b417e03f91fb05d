package io.eventbus.testkit.broker;

import java.util.Locale;
import java.util.Optional;

/** A view of the settings an operator gives: a system property first, else the environment variable of the same name. */
public final class BrokerSettings {

    private BrokerSettings() {}

    /** The value of {@code brokers.nats.url} or of {@code BROKERS_NATS_URL}; blank counts as absent. */
    public static Optional<String> find(String property) {
        String value = System.getProperty(property);
        if (value == null || value.isBlank()) {
            value = System.getenv(variable(property));
        }
        return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** The environment variable of a property. */
    public static String variable(String property) {
        return property.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    /** How a message names a setting, so that a reader can use either form. */
    public static String describe(String property) {
        return "-D" + property + "=… or " + variable(property);
    }
}
