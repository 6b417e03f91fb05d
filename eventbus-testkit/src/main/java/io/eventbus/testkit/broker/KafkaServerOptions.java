package io.eventbus.testkit.broker;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A wish list for a {@link KafkaServer}; immutable, each {@code with…} method gives a changed copy.
 *
 * @param version the version of Kafka to run; empty takes the setting {@code brokers.kafka.version} or the default
 * @param proxiedListeners how many listeners stand behind a {@link TcpProxy} of their own, see {@link KafkaServer#link(int)}
 * @param properties lines for {@code server.properties} that add to or replace the fixture's own
 */
public record KafkaServerOptions(Optional<String> version, int proxiedListeners, Map<String, String> properties) {

    private static final int MOST_LISTENERS = 64;

    /** Checks and copies the parts. */
    public KafkaServerOptions {
        Objects.requireNonNull(version, "version");
        if (proxiedListeners < 0 || proxiedListeners > MOST_LISTENERS) {
            throw new IllegalArgumentException(
                    "proxiedListeners must be between 0 and " + MOST_LISTENERS + ": " + proxiedListeners);
        }
        properties = Map.copyOf(properties);
    }

    /** No wishes: the default version, no proxied listener. */
    public static KafkaServerOptions defaults() {
        return new KafkaServerOptions(Optional.empty(), 0, Map.of());
    }

    /** Asks for a version of Kafka, for instance {@code 4.4.0}. */
    public KafkaServerOptions withVersion(String wanted) {
        return new KafkaServerOptions(Optional.of(wanted), proxiedListeners, properties);
    }

    /** Asks for that many listeners behind proxies. */
    public KafkaServerOptions withProxiedListeners(int count) {
        return new KafkaServerOptions(version, count, properties);
    }

    /** The defaults with that many listeners behind proxies. */
    public static KafkaServerOptions proxiedListeners(int count) {
        return defaults().withProxiedListeners(count);
    }

    /** Adds a line to {@code server.properties}. */
    public KafkaServerOptions withProperty(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(properties);
        more.put(key, value);
        return new KafkaServerOptions(version, proxiedListeners, more);
    }
}
