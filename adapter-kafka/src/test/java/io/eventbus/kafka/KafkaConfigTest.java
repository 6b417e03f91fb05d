package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.config.Secret;
import io.eventbus.kafka.KafkaConfig.Protocol;
import io.eventbus.kafka.KafkaConfig.Topology;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class KafkaConfigTest {

    @Test
    void hasTheseKeysAndDefaults() {
        assertThat(KafkaConfig.builder().build().describe()).isEqualTo("""
                eventbus.kafka.bootstrap-servers = localhost:9092
                eventbus.kafka.client-id = eventbus
                eventbus.kafka.connect-timeout = PT10S
                eventbus.kafka.topology = create
                eventbus.kafka.partitions = 8
                eventbus.kafka.replication-factor = -1
                eventbus.kafka.linger = PT0.005S
                eventbus.kafka.batch-size = 131072
                eventbus.kafka.compression = lz4
                eventbus.kafka.buffer-memory = 167772160
                eventbus.kafka.max-message-bytes = 1048576
                eventbus.kafka.commit-interval = PT1S
                eventbus.kafka.revoke-grace = PT10S
                eventbus.kafka.session-timeout = PT30S
                eventbus.kafka.heartbeat-interval = PT1S
                eventbus.kafka.max-poll-records = 500
                eventbus.kafka.max-uncommitted = 100000
                eventbus.kafka.security-protocol = plaintext
                """);
    }

    @Test
    void readsPropertiesAndTheEnvironmentWhichWins() {
        KafkaConfig config = KafkaConfig.from(
                Map.of(
                        "eventbus.kafka.bootstrap-servers", "a:1, b:2",
                        "eventbus.kafka.topology", "validate",
                        "eventbus.kafka.partitions", "3",
                        "eventbus.kafka.topic.retention.ms", "60000",
                        "eventbus.kafka.kafka.fetch.min.bytes", "17",
                        "other.key", "left alone"),
                Map.of("EVENTBUS_KAFKA_PARTITIONS", "5"));

        assertThat(config.bootstrap()).isEqualTo("a:1,b:2");
        assertThat(config.cluster().topology()).isEqualTo(Topology.VALIDATE);
        assertThat(config.cluster().partitions()).isEqualTo(5);
        assertThat(config.cluster().topicConfigs()).containsExactly(Map.entry("retention.ms", "60000"));
        assertThat(ClientProperties.consumer(config, "id", "g@t")).containsEntry("fetch.min.bytes", "17");
        assertThat(ClientProperties.producer(config, "id", Duration.ofSeconds(30)))
                .doesNotContainKey("fetch.min.bytes");
    }

    @Test
    void setsWhatThePromisesNeed() {
        KafkaConfig config = KafkaConfig.builder().build();
        assertThat(ClientProperties.producer(config, "id", Duration.ofSeconds(30)))
                .containsEntry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true)
                .containsEntry(ProducerConfig.ACKS_CONFIG, "all")
                .containsEntry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1)
                .containsEntry(ProducerConfig.LINGER_MS_CONFIG, 5L)
                .containsEntry(ProducerConfig.BATCH_SIZE_CONFIG, 131_072)
                .containsEntry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4")
                .containsEntry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000)
                .containsEntry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000")
                .containsEntry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 50)
                .containsEntry("metadata.recovery.strategy", "none");
        assertThat(ClientProperties.consumer(config, "id", "g@t"))
                .containsEntry(ConsumerConfig.GROUP_ID_CONFIG, "g@t")
                .containsEntry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false)
                .containsEntry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none")
                .containsEntry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false)
                .containsEntry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    }

    @ParameterizedTest
    @CsvSource({
        "enable.idempotence, false, order",
        "acks, 1, durable acknowledgement",
        "retries, 0, delivery-timeout",
        "max.in.flight.requests.per.connection, 2, stored twice",
        "transactional.id, x, transactions",
        "partitioner.class, x, order",
        "partitioner.ignore.keys, true, order",
        "key.serializer, x, bytes",
        "value.deserializer, x, bytes",
        "delivery.timeout.ms, 1, eventbus.bus.delivery-timeout",
        "max.block.ms, 60000, block",
        "enable.auto.commit, true, settled before",
        "auto.offset.reset, latest, skipped",
        "group.id, x, group@topic",
        "group.instance.id, x, groups",
        "group.protocol, consumer, groups",
        "allow.auto.create.topics, true, eventbus.kafka.topology",
        "interceptor.classes, x, interceptor",
        "max.poll.interval.ms, 1000, revoke-grace",
        "bootstrap.servers, x, eventbus.kafka.bootstrap-servers",
        "linger.ms, 1, eventbus.kafka.linger",
        "security.protocol, SSL, eventbus.kafka.security-protocol"
    })
    void refusesNativePropertiesThatBreakAPromise(String name, String value, String reason) {
        assertThatThrownBy(
                        () -> KafkaConfig.builder().nativeProperty(name, value).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("eventbus.kafka.kafka." + name)
                .hasMessageContaining("refused")
                .hasMessageContaining(reason);
    }

    @Test
    void passesOnNativePropertiesThatBreakNone() {
        KafkaConfig config = KafkaConfig.builder()
                .nativeProperty("send.buffer.bytes", "65536")
                .nativeProperty("isolation.level", "read_uncommitted")
                .nativeProperty("fetch.max.bytes", "1000000")
                .build();
        assertThat(ClientProperties.producer(config, "id", Duration.ofSeconds(5)))
                .containsEntry("send.buffer.bytes", "65536");
        assertThat(ClientProperties.consumer(config, "id", "g@t"))
                .containsEntry("isolation.level", "read_uncommitted")
                .containsEntry("fetch.max.bytes", "1000000");
    }

    @Test
    void suggestsTheRightNameForAWrongOne() {
        assertThatThrownBy(() -> KafkaConfig.builder()
                        .nativeProperty("fetch.min.byte", "1")
                        .build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("did you mean eventbus.kafka.kafka.fetch.min.bytes?");
        assertThatThrownBy(() -> KafkaConfig.from(Map.of("eventbus.kafka.partitons", "1"), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("did you mean eventbus.kafka.partitions?");
    }

    @Test
    void reportsAllProblemsAtOnce() {
        ConfigurationException report = catchThrowableOfType(
                ConfigurationException.class,
                () -> KafkaConfig.builder()
                        .partitions(0)
                        .heartbeatInterval(Duration.ofSeconds(20))
                        .nativeProperty("acks", "0")
                        .nativeProperty("nonsense-that-is-like-nothing", "1")
                        .build());
        assertThat(report.problems()).hasSize(4);
    }

    static Stream<Arguments> contradictions() {
        Secret password = Secret.of("p4ss");
        return Stream.of(
                Arguments.of(KafkaConfig.builder().sasl("PLAIN", "u", password), "no effect"),
                Arguments.of(KafkaConfig.builder().securityProtocol(Protocol.SASL_SSL), "sasl-mechanism is missing"),
                Arguments.of(
                        KafkaConfig.builder()
                                .securityProtocol(Protocol.SASL_SSL)
                                .sasl("GUESS", "u", password),
                        "must be one of"),
                Arguments.of(KafkaConfig.builder().truststore("t.p12", null), "no effect"),
                Arguments.of(
                        KafkaConfig.builder()
                                .securityProtocol(Protocol.SASL_PLAINTEXT)
                                .sasl("PLAIN", "u", password)
                                .nativeProperty("sasl.jaas.config", "x"),
                        "twice"),
                Arguments.of(KafkaConfig.builder().replicationFactor(0), "at least 1"),
                Arguments.of(KafkaConfig.builder().bufferMemory(1 << 20).batchSize(1 << 20), "four batches"));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void refusesSettingsThatContradictEachOther(KafkaConfig.Builder builder, String problem) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("p4ss");
    }

    @ParameterizedTest
    @CsvSource({
        "truststore-password, p4ss, without eventbus.kafka.truststore",
        "keystore-password, p4ss, without eventbus.kafka.keystore",
        "max-message-bytes, 63KiB, eventbus.kafka.max-message-bytes",
        "topic.max.message.bytes, 1MiB, expected a whole number of bytes",
        "topic.max.message.bytes, -1, expected a whole number of bytes",
        "topic.max.message.bytes, 99999999999, expected a whole number of bytes",
        "topic.retention.ms, 7d, expected a whole number",
        "topic.retention.mms, 1, did you mean eventbus.kafka.topic.retention.ms?",
        "connect-timeout, PT600H, must be at most",
        "linger, PT600H, must be at most",
        "commit-interval, PT600H, must be at most",
        "revoke-grace, PT300H, must be at most",
        "session-timeout, PT9999999999H, must be at most",
        "heartbeat-interval, PT600H, must be at most"
    })
    void refusesWhatItCouldNotUse(String key, String value, String problem) {
        assertThatThrownBy(() -> KafkaConfig.from(Map.of(KafkaConfig.PREFIX + key, value), Map.of()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(KafkaConfig.PREFIX + key)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("p4ss");
    }

    @Test
    void takesTheLongestDurations() {
        KafkaConfig config = KafkaConfig.builder()
                .revokeGrace(Duration.ofHours(298))
                .sessionTimeout(Duration.ofHours(596))
                .build();
        assertThat(ClientProperties.consumer(config, "id", "g@t")).containsKey("max.poll.interval.ms");
    }

    @Test
    void refusesARequestTimeoutThatDoesNotFit() {
        KafkaConfig config = KafkaConfig.builder()
                .nativeProperty("request.timeout.ms", "5000")
                .build();
        assertThatThrownBy(() -> ClientProperties.producer(config, "id", Duration.ofSeconds(5)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("eventbus.bus.delivery-timeout");
    }

    @Test
    void showsNoSecret() {
        KafkaConfig config = KafkaConfig.builder()
                .securityProtocol(Protocol.SASL_SSL)
                .sasl("SCRAM-SHA-512", "someone", Secret.of("pa\"ss\\w0rd"))
                .truststore("trust.pem", null)
                .keystore("key.p12", Secret.of("st0re"))
                .nativeProperty("ssl.key.password", "k3y")
                .build();
        assertThat(config.toString() + config.describe())
                .contains("someone", "******", "scram".toUpperCase(java.util.Locale.ROOT))
                .doesNotContain("w0rd", "st0re", "k3y");
        Map<String, Object> properties = ClientProperties.admin(config, "id", Duration.ofSeconds(1));
        assertThat(properties.toString()).doesNotContain("w0rd", "st0re");
        assertThat(properties)
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry("ssl.truststore.type", "PEM")
                .containsEntry("ssl.keystore.type", "PKCS12");
        assertThat(((org.apache.kafka.common.config.types.Password) properties.get("sasl.jaas.config")).value())
                .contains("ScramLoginModule", "username=\"someone\"", "password=\"pa\\\"ss\\\\w0rd\"");
    }
}
