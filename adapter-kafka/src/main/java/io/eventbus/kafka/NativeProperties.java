package io.eventbus.kafka;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The properties of Kafka's own clients that are passed through, and those that are not because a promise would break. */
final class NativeProperties {

    /** What a user's settings of native properties start with. */
    static final String PREFIX = KafkaConfig.PREFIX + "kafka.";

    private static final String AT_LEAST_ONCE = "success would be reported without the durable acknowledgement";
    private static final String ORDER = "events of an aggregate would not be stored in order";
    private static final String COMMIT = "events would be settled before their handlers succeeded";
    private static final String MEMBERSHIP = "the bus runs the groups itself (group.id is group@topic)";
    private static final String BYTES = "the bus hands over bytes as they are";
    private static final String TRANSACTIONS = "the bus does not use transactions, so it would have no effect";
    private static final String CRASH =
            "after a crash of a broker events would be stored twice or not in order, the bus keeps one request under way";
    private static final String NEVER_BLOCK = "a publish would block its caller";

    /** Refused whatever the value, with the reason or the way. */
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("enable.idempotence", ORDER),
            Map.entry("acks", AT_LEAST_ONCE),
            Map.entry("retries", "publishes are bounded by eventbus.bus.delivery-timeout, not by a count"),
            Map.entry("max.in.flight.requests.per.connection", CRASH),
            Map.entry("delivery.timeout.ms", use("eventbus.bus.delivery-timeout")),
            Map.entry("max.block.ms", NEVER_BLOCK),
            Map.entry("partitioner.class", ORDER),
            Map.entry("partitioner.ignore.keys", ORDER),
            Map.entry("transactional.id", TRANSACTIONS),
            Map.entry("transaction.timeout.ms", TRANSACTIONS),
            Map.entry("transaction.two.phase.commit.enable", TRANSACTIONS),
            Map.entry("key.serializer", BYTES),
            Map.entry("value.serializer", BYTES),
            Map.entry("key.deserializer", BYTES),
            Map.entry("value.deserializer", BYTES),
            Map.entry("enable.auto.commit", COMMIT),
            Map.entry("auto.commit.interval.ms", use("eventbus.kafka.commit-interval")),
            Map.entry(
                    "auto.offset.reset",
                    "events would be skipped or repeated silently; a subscription says where it starts"),
            Map.entry("group.id", MEMBERSHIP),
            Map.entry("group.instance.id", MEMBERSHIP),
            Map.entry("group.protocol", MEMBERSHIP),
            Map.entry("group.remote.assignor", MEMBERSHIP),
            Map.entry("partition.assignment.strategy", MEMBERSHIP),
            Map.entry("share.acknowledgement.mode", MEMBERSHIP),
            Map.entry("share.acquire.mode", MEMBERSHIP),
            Map.entry("allow.auto.create.topics", use("eventbus.kafka.topology")),
            Map.entry("bootstrap.servers", use("eventbus.kafka.bootstrap-servers")),
            Map.entry("client.id", use("eventbus.kafka.client-id")),
            Map.entry("linger.ms", use("eventbus.kafka.linger")),
            Map.entry("batch.size", use("eventbus.kafka.batch-size")),
            Map.entry("compression.type", use("eventbus.kafka.compression")),
            Map.entry("buffer.memory", use("eventbus.kafka.buffer-memory")),
            Map.entry(
                    "interceptor.classes",
                    "an interceptor could drop or change events unseen, and the position would pass them"),
            Map.entry("max.request.size", use("eventbus.kafka.max-message-bytes")),
            Map.entry("session.timeout.ms", use("eventbus.kafka.session-timeout")),
            Map.entry("heartbeat.interval.ms", use("eventbus.kafka.heartbeat-interval")),
            Map.entry("max.poll.records", use("eventbus.kafka.max-poll-records")),
            Map.entry("security.protocol", use("eventbus.kafka.security-protocol")),
            Map.entry("sasl.mechanism", use("eventbus.kafka.sasl-mechanism")),
            Map.entry("ssl.truststore.location", use("eventbus.kafka.truststore")),
            Map.entry("ssl.truststore.password", use("eventbus.kafka.truststore-password")),
            Map.entry("ssl.keystore.location", use("eventbus.kafka.keystore")),
            Map.entry("ssl.keystore.password", use("eventbus.kafka.keystore-password")));

    private static final String POLL_INTERVAL = "max.poll.interval.ms";

    private NativeProperties() {}

    /** Everything that is wrong with the native properties of a configuration. */
    static List<String> problems(KafkaConfig config) {
        List<String> problems = new ArrayList<>(unknown(PREFIX, clientNames(), config.nativeProperties()));
        new TreeMap<>(config.nativeProperties()).forEach((name, value) -> {
            String reason = REFUSED.get(name);
            if (reason != null) {
                problems.add(PREFIX + name + " is refused: " + reason);
            }
        });
        long least = 2 * config.consuming().revokeGrace().toMillis() + 10_000;
        if (wholeNumber(config, POLL_INTERVAL, Math.max(least, 300_000), problems) < least) {
            problems.add(PREFIX + POLL_INTERVAL + " is refused below " + least
                    + ": a member would lose its partitions while eventbus.kafka.revoke-grace lets handlers end");
        }
        if (config.security().username() != null && config.nativeProperties().containsKey("sasl.jaas.config")) {
            problems.add(PREFIX
                    + "sasl.jaas.config is refused beside eventbus.kafka.username: they say the same thing twice");
        }
        return problems;
    }

    /** Those that a client knows, of all that are passed through. */
    static Map<String, String> knownTo(Set<String> names, Map<String, String> properties) {
        Map<String, String> known = new TreeMap<>(properties);
        known.keySet().retainAll(names);
        return known;
    }

    /** Whether the value must not be shown. */
    static boolean isSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.contains("password")
                || lower.contains("jaas")
                || lower.contains("secret")
                || lower.endsWith(".key");
    }

    /** The problem of each property whose name is not among the known ones, with the nearest of them. */
    static List<String> unknown(String prefix, Set<String> names, Map<String, String> properties) {
        Map<String, String> prefixed = new TreeMap<>();
        properties.forEach((name, value) -> prefixed.put(prefix + name, value));
        Settings settings = Settings.of(prefix, prefixed, Map.of());
        names.forEach(settings::textOrNull);
        try {
            settings.finish();
            return List.of();
        } catch (ConfigurationException e) {
            return e.problems();
        }
    }

    private static Set<String> clientNames() {
        Set<String> names = new TreeSet<>(ProducerConfig.configNames());
        names.addAll(ConsumerConfig.configNames());
        names.addAll(AdminClientConfig.configNames());
        return names;
    }

    private static long wholeNumber(KafkaConfig config, String name, long byDefault, List<String> problems) {
        String value = config.nativeProperties().get(name);
        if (value == null) {
            return byDefault;
        }
        try {
            return Long.parseLong(value.trim());
        } catch (NumberFormatException e) {
            problems.add(PREFIX + name + " is '" + value + "', expected a whole number");
            return byDefault;
        }
    }

    private static String use(String key) {
        return "set " + key + " instead";
    }
}
