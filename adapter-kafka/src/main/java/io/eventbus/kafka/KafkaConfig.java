package io.eventbus.kafka;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.config.Secret;
import io.eventbus.api.config.Settings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the Kafka adapter. Immutable; made by {@link #builder()} or {@link #from}. Every key, its default and its
 * effect stand in {@code docs/kafka.md}.
 *
 * <p>Concurrency: immutable, safe from any thread.
 */
public final class KafkaConfig {

    /** The prefix of all keys. */
    public static final String PREFIX = "eventbus.kafka.";

    /** What the adapter does about topics. */
    public enum Topology {
        /** Makes a topic that is missing; an existing one is left as it is, and differences are logged. */
        CREATE,
        /** Changes nothing; a missing or differing topic is an error that lists every difference. */
        VALIDATE,
        /** Changes and compares nothing; a missing topic is an error. */
        NEVER
    }

    /** How a connection is secured; the names are those of Kafka. */
    public enum Protocol {
        /** Neither encrypted nor authenticated. */
        PLAINTEXT,
        /** TLS, authenticated by a client certificate if a keystore is given. */
        SSL,
        /** Authenticated by SASL, not encrypted. */
        SASL_PLAINTEXT,
        /** TLS and SASL. */
        SASL_SSL
    }

    /** How the producer compresses. */
    public enum Compression {
        /** Not at all. */
        NONE,
        /** LZ4: little CPU. */
        LZ4,
        /** Snappy. */
        SNAPPY,
        /** Zstandard: smaller, more CPU. */
        ZSTD,
        /** Gzip. */
        GZIP
    }

    /** The broker and the topics. */
    record Cluster(
            List<String> bootstrapServers,
            String clientId,
            Duration connectTimeout,
            Topology topology,
            int partitions,
            int replicationFactor,
            Map<String, String> topicConfigs) {}

    /** How it publishes. */
    record Publishing(
            Duration linger, int batchSize, Compression compression, long bufferMemory, int maxMessageBytes) {}

    /** How it consumes. */
    record Consuming(
            Duration commitInterval,
            Duration revokeGrace,
            Duration sessionTimeout,
            Duration heartbeatInterval,
            int maxPollRecords,
            int maxUncommitted) {}

    /** How the connection is secured. */
    record Security(
            Protocol protocol,
            @Nullable String mechanism,
            @Nullable String username,
            @Nullable Secret password,
            @Nullable String truststore,
            @Nullable Secret truststorePassword,
            @Nullable String keystore,
            @Nullable Secret keystorePassword) {}

    private final Cluster cluster;
    private final Publishing publishing;
    private final Consuming consuming;
    private final Security security;
    private final Map<String, String> nativeProperties;

    private KafkaConfig(Settings settings) {
        cluster = new Cluster(
                List.copyOf(settings.texts("bootstrap-servers", List.of("localhost:9092"))),
                settings.text("client-id", "eventbus"),
                settings.duration("connect-timeout", Duration.ofSeconds(10), Duration.ofMillis(100)),
                settings.choice("topology", Topology.CREATE),
                settings.integer("partitions", 8, 1, 10_000),
                settings.integer("replication-factor", -1, -1, Short.MAX_VALUE),
                Map.copyOf(settings.below("topic.")));
        publishing = new Publishing(
                settings.duration("linger", Duration.ofMillis(5), Duration.ZERO),
                (int) settings.bytes("batch-size", 128 << 10, 1 << 10, 64 << 20),
                settings.choice("compression", Compression.LZ4),
                settings.bytes("buffer-memory", 160L << 20, 1 << 20, Long.MAX_VALUE),
                (int) settings.bytes("max-message-bytes", 1 << 20, 64 << 10, 1 << 30));
        consuming = new Consuming(
                settings.duration("commit-interval", Duration.ofSeconds(1), Duration.ofMillis(10)),
                settings.duration("revoke-grace", Duration.ofSeconds(10), Duration.ZERO),
                settings.duration("session-timeout", Duration.ofSeconds(30), Duration.ofSeconds(1)),
                settings.duration("heartbeat-interval", Duration.ofSeconds(1), Duration.ofMillis(100)),
                settings.integer("max-poll-records", 500, 1, 100_000),
                settings.integer("max-uncommitted", 100_000, 1_000, 100_000_000));
        security = new Security(
                settings.choice("security-protocol", Protocol.PLAINTEXT),
                settings.textOrNull("sasl-mechanism"),
                settings.textOrNull("username"),
                settings.secretOrNull("password"),
                settings.textOrNull("truststore"),
                settings.secretOrNull("truststore-password"),
                settings.textOrNull("keystore"),
                settings.secretOrNull("keystore-password"));
        nativeProperties = Map.copyOf(settings.below("kafka."));
        KafkaConfigRules.check(this, settings);
        settings.finish();
    }

    /** A builder with all defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A configuration from settings below {@link #PREFIX}; the environment wins.
     *
     * @param properties keys and values; those with other prefixes are left alone
     * @param environment variables, for example {@code System.getenv()}
     * @throws ConfigurationException if a key is unknown, a value malformed, or a setting would break a promise; it lists them all
     */
    public static KafkaConfig from(Map<String, String> properties, Map<String, String> environment) {
        return new KafkaConfig(Settings.of(PREFIX, properties, environment));
    }

    Cluster cluster() {
        return cluster;
    }

    Publishing publishing() {
        return publishing;
    }

    Consuming consuming() {
        return consuming;
    }

    Security security() {
        return security;
    }

    /** Native client properties, by their Kafka names. */
    Map<String, String> nativeProperties() {
        return nativeProperties;
    }

    /** The bootstrap servers separated by commas, for clients and messages. */
    String bootstrap() {
        return String.join(",", cluster.bootstrapServers());
    }

    /** All settings in effect, one a line, secrets masked; the order does not change. */
    public String describe() {
        StringBuilder lines = new StringBuilder();
        effective()
                .forEach((key, value) ->
                        lines.append(key).append(" = ").append(value).append('\n'));
        return lines.toString();
    }

    /** All settings in effect by their full keys, in the order of {@link #describe()}; secrets are masked. */
    Map<String, String> effective() {
        Map<String, String> text = new LinkedHashMap<>();
        describe(text, "bootstrap-servers", bootstrap());
        describe(text, "client-id", cluster.clientId());
        describe(text, "connect-timeout", cluster.connectTimeout());
        describe(text, "topology", cluster.topology());
        describe(text, "partitions", cluster.partitions());
        describe(text, "replication-factor", cluster.replicationFactor());
        new TreeMap<>(cluster.topicConfigs()).forEach((name, value) -> describe(text, "topic." + name, value));
        describe(text, "linger", publishing.linger());
        describe(text, "batch-size", publishing.batchSize());
        describe(text, "compression", publishing.compression());
        describe(text, "buffer-memory", publishing.bufferMemory());
        describe(text, "max-message-bytes", publishing.maxMessageBytes());
        describe(text, "commit-interval", consuming.commitInterval());
        describe(text, "revoke-grace", consuming.revokeGrace());
        describe(text, "session-timeout", consuming.sessionTimeout());
        describe(text, "heartbeat-interval", consuming.heartbeatInterval());
        describe(text, "max-poll-records", consuming.maxPollRecords());
        describe(text, "max-uncommitted", consuming.maxUncommitted());
        describe(text, "security-protocol", security.protocol());
        describe(text, "sasl-mechanism", security.mechanism());
        describe(text, "username", security.username());
        describe(text, "password", security.password());
        describe(text, "truststore", security.truststore());
        describe(text, "truststore-password", security.truststorePassword());
        describe(text, "keystore", security.keystore());
        describe(text, "keystore-password", security.keystorePassword());
        new TreeMap<>(nativeProperties)
                .forEach((name, value) ->
                        describe(text, "kafka." + name, NativeProperties.isSecret(name) ? Secret.of(value) : value));
        return text;
    }

    /** The same text as {@link #describe()} on one line. */
    @Override
    public String toString() {
        return "KafkaConfig{" + describe().strip().replace("\n", ", ") + "}";
    }

    private static void describe(Map<String, String> text, String key, @Nullable Object value) {
        if (value != null) {
            String shown = value instanceof Enum<?> e
                    ? e.name().toLowerCase(Locale.ROOT).replace('_', '-')
                    : value.toString();
            text.put(PREFIX + key, shown);
        }
    }

    /** A collector of settings; {@link #build} checks them all. Not safe for use by several threads at once. */
    public static final class Builder {

        private final Map<String, String> properties = new TreeMap<>();

        private Builder() {}

        /** Where the cluster is found: {@code host:port}, one or more. Default {@code localhost:9092}. */
        public Builder bootstrapServers(String... servers) {
            return set("bootstrap-servers", String.join(",", servers));
        }

        /** The name under which the broker sees the clients of this bus. Default {@code eventbus}. */
        public Builder clientId(String clientId) {
            return set("client-id", clientId);
        }

        /** How long the start waits for the cluster. Default 10 s. */
        public Builder connectTimeout(Duration timeout) {
            return set("connect-timeout", timeout);
        }

        /** What is done about topics. Default {@link Topology#CREATE}. */
        public Builder topology(Topology topology) {
            return set("topology", topology);
        }

        /** The partitions of a topic that is made. Default 8. */
        public Builder partitions(int partitions) {
            return set("partitions", partitions);
        }

        /** The replicas of a topic that is made; -1 leaves it to the broker. Default -1. */
        public Builder replicationFactor(int replicas) {
            return set("replication-factor", replicas);
        }

        /** A configuration of a topic that is made, by Kafka's name, for example {@code retention.ms}. */
        public Builder topicConfig(String name, String value) {
            return set("topic." + name, value);
        }

        /** How long the producer waits for a batch to fill. Default 5 ms. */
        public Builder linger(Duration linger) {
            return set("linger", linger);
        }

        /** The most bytes of a batch. Default 128 KiB. */
        public Builder batchSize(int bytes) {
            return set("batch-size", bytes);
        }

        /** How the producer compresses. Default {@link Compression#LZ4}. */
        public Builder compression(Compression compression) {
            return set("compression", compression);
        }

        /** The producer's memory for what is not acknowledged yet; at least twice the publish window. Default 160 MiB. */
        public Builder bufferMemory(long bytes) {
            return set("buffer-memory", bytes);
        }

        /**
         * The largest record as the producer counts it, at least 64 KiB; the broker's own limit counts too. A message may have 20 KiB
         * less: that much is kept for frames and for the headers of a dead letter. Default 1 MiB.
         */
        public Builder maxMessageBytes(int bytes) {
            return set("max-message-bytes", bytes);
        }

        /** How often positions are committed. Default 1 s. */
        public Builder commitInterval(Duration interval) {
            return set("commit-interval", interval);
        }

        /** How long running handlers may take to end when a partition goes to another member. Default 10 s. */
        public Builder revokeGrace(Duration grace) {
            return set("revoke-grace", grace);
        }

        /** After how long without a heartbeat a member is taken for dead. Default 30 s. */
        public Builder sessionTimeout(Duration timeout) {
            return set("session-timeout", timeout);
        }

        /** How often a member tells that it lives, and how soon it learns of a rebalance. Default 1 s. */
        public Builder heartbeatInterval(Duration interval) {
            return set("heartbeat-interval", interval);
        }

        /** The most records of one poll. Default 500. */
        public Builder maxPollRecords(int records) {
            return set("max-poll-records", records);
        }

        /** The most records a partition may be ahead of its commit before its fetch pauses. Default 100,000. */
        public Builder maxUncommitted(int records) {
            return set("max-uncommitted", records);
        }

        /** How the connection is secured. Default {@link Protocol#PLAINTEXT}. */
        public Builder securityProtocol(Protocol protocol) {
            return set("security-protocol", protocol);
        }

        /** Authentication by user and password; the mechanism is {@code PLAIN}, {@code SCRAM-SHA-256} or {@code SCRAM-SHA-512}. */
        public Builder sasl(String mechanism, String username, Secret password) {
            set("sasl-mechanism", mechanism);
            set("username", username);
            return set("password", password.reveal());
        }

        /** The file of trusted certificates; the password may be null. PEM and PKCS12 are told apart by the name. */
        public Builder truststore(String file, @Nullable Secret password) {
            set("truststore", file);
            return password == null ? this : set("truststore-password", password.reveal());
        }

        /** The file of the client's key and certificate; the password may be null. */
        public Builder keystore(String file, @Nullable Secret password) {
            set("keystore", file);
            return password == null ? this : set("keystore-password", password.reveal());
        }

        /** A property of Kafka's own clients, by Kafka's name; those that would break a promise are refused by {@link #build}. */
        public Builder nativeProperty(String name, String value) {
            return set("kafka." + name, value);
        }

        /**
         * The configuration.
         *
         * @throws ConfigurationException if a value is out of its range or would break a promise; it lists them all
         */
        public KafkaConfig build() {
            return KafkaConfig.from(properties, Map.of());
        }

        private Builder set(String key, Object value) {
            properties.put(PREFIX + key, value.toString());
            return this;
        }
    }
}
