package io.eventbus.kafka;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.config.Secret;
import io.eventbus.kafka.KafkaConfig.Consuming;
import io.eventbus.kafka.KafkaConfig.Publishing;
import io.eventbus.kafka.KafkaConfig.Security;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The properties of Kafka's own clients for a configuration. Pure functions. */
final class ClientProperties {

    /** A send returns at once: metadata is loaded by {@code open}, and the buffer is larger than the publish window. */
    private static final int MAX_BLOCK_MS = 50;

    /** A topic that was opened stays known, however rarely it is published to. */
    private static final long METADATA_IDLE_MS = Duration.ofDays(365).toMillis();

    /**
     * A broker that comes back after a crash remembers only the last batch of a producer in each partition, and one that never saw the
     * producer takes any batch as its first. With a single request under way neither can store a batch twice or out of order.
     */
    private static final int REQUESTS_IN_FLIGHT = 1;

    private static final Duration MAX_REQUEST_TIMEOUT = Duration.ofSeconds(10);

    private ClientProperties() {}

    /**
     * For the producer of a bus.
     *
     * @throws ConfigurationException if the time for one request does not fit into that for a whole send
     */
    static Map<String, Object> producer(KafkaConfig config, String clientId, Duration deliveryTimeout) {
        Publishing publishing = config.publishing();
        Map<String, Object> properties = common(config, ProducerConfig.configNames(), clientId);
        Duration room = deliveryTimeout.minus(publishing.linger());
        Duration half = room.dividedBy(2);
        Duration request = half.compareTo(MAX_REQUEST_TIMEOUT) < 0 ? half : MAX_REQUEST_TIMEOUT;
        properties.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, String.valueOf(request.toMillis()));
        checkRequestTimeout(properties, room);
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, REQUESTS_IN_FLIGHT);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, publishing.linger().toMillis());
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, publishing.batchSize());
        properties.put(
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                publishing.compression().name().toLowerCase(Locale.ROOT));
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, publishing.bufferMemory());
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, publishing.maxMessageBytes());
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int)
                Math.min(deliveryTimeout.toMillis(), Integer.MAX_VALUE));
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        properties.putIfAbsent(ProducerConfig.METADATA_MAX_IDLE_CONFIG, METADATA_IDLE_MS);
        // Rebootstrapping forgets the topics, and sends would fail at once instead of waiting for the broker to come
        // back.
        properties.putIfAbsent(CommonClientConfigs.METADATA_RECOVERY_STRATEGY_CONFIG, "none");
        return properties;
    }

    /** For the consumer of one subscription. */
    static Map<String, Object> consumer(KafkaConfig config, String clientId, String groupId) {
        Consuming consuming = config.consuming();
        Map<String, Object> properties = common(config, ConsumerConfig.configNames(), clientId);
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        properties.put(
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
                Math.toIntExact(consuming.sessionTimeout().toMillis()));
        properties.put(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                Math.toIntExact(consuming.heartbeatInterval().toMillis()));
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, consuming.maxPollRecords());
        properties.putIfAbsent(
                ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
                Math.toIntExact(Math.max(300_000, 2 * consuming.revokeGrace().toMillis() + 10_000)));
        properties.putIfAbsent(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return properties;
    }

    /** For an administration client that lives for one task. */
    static Map<String, Object> admin(KafkaConfig config, String clientId, Duration timeout) {
        Map<String, Object> properties = common(config, AdminClientConfig.configNames(), clientId);
        int millis = (int) Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE));
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        return properties;
    }

    private static Map<String, Object> common(KafkaConfig config, Set<String> names, String clientId) {
        Map<String, Object> properties = new HashMap<>(NativeProperties.knownTo(names, config.nativeProperties()));
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrap());
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
        properties.putIfAbsent(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, "false");
        secure(properties, config.security());
        return properties;
    }

    private static void secure(Map<String, Object> properties, Security security) {
        properties.put(
                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                security.protocol().name());
        if (security.mechanism() != null) {
            properties.put(SaslConfigs.SASL_MECHANISM, security.mechanism());
        }
        if (security.username() != null && security.password() != null) {
            properties.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    new Password(jaas(security, security.username(), security.password())));
        }
        if (security.truststore() != null) {
            String type = storeType(security.truststore());
            properties.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, security.truststore());
            properties.putIfAbsent(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, type);
            put(properties, SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG, security.truststorePassword());
        }
        if (security.keystore() != null) {
            String type = storeType(security.keystore());
            properties.put(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, security.keystore());
            properties.putIfAbsent(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, type);
            String passwordOf =
                    type.equals("PEM") ? SslConfigs.SSL_KEY_PASSWORD_CONFIG : SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG;
            put(properties, passwordOf, security.keystorePassword());
        }
    }

    private static void put(Map<String, Object> properties, String name, @Nullable Secret secret) {
        if (secret != null) {
            properties.put(name, new Password(secret.reveal()));
        }
    }

    private static String storeType(String file) {
        String lower = file.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".pem") || lower.endsWith(".crt")) {
            return "PEM";
        }
        return lower.endsWith(".jks") ? "JKS" : "PKCS12";
    }

    private static String jaas(Security security, String username, Secret password) {
        String module = String.valueOf(security.mechanism()).startsWith("SCRAM")
                ? "org.apache.kafka.common.security.scram.ScramLoginModule"
                : "org.apache.kafka.common.security.plain.PlainLoginModule";
        return module + " required username=" + quoted(username) + " password=" + quoted(password.reveal()) + ";";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static void checkRequestTimeout(Map<String, Object> properties, Duration room) {
        String name = ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG;
        long millis;
        try {
            millis = Long.parseLong(String.valueOf(properties.get(name)).trim());
        } catch (NumberFormatException e) {
            throw new ConfigurationException(NativeProperties.PREFIX + name + " is not a whole number");
        }
        if (millis < 1 || millis > room.toMillis()) {
            throw new ConfigurationException(NativeProperties.PREFIX + name + " is " + millis
                    + " ms, it must be at least 1 ms and fit into eventbus.bus.delivery-timeout less eventbus.kafka.linger, "
                    + room.toMillis() + " ms");
        }
    }
}
