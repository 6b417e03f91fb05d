package io.eventbus.kafka;

import io.eventbus.api.config.Settings;
import io.eventbus.kafka.KafkaConfig.Consuming;
import io.eventbus.kafka.KafkaConfig.Protocol;
import io.eventbus.kafka.KafkaConfig.Publishing;
import io.eventbus.kafka.KafkaConfig.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What several settings must fulfil together. */
final class KafkaConfigRules {

    private static final Set<String> PASSWORD_MECHANISMS = Set.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");

    private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

    /** Twice of it and some more is the longest time between two polls, see {@link ClientProperties}. */
    private static final Duration LONGEST_GRACE = LONGEST.minusSeconds(10).dividedBy(2);

    private KafkaConfigRules() {}

    /** Adds every problem found to the settings. */
    static void check(KafkaConfig config, Settings settings) {
        checkCluster(config, settings);
        checkPublishing(config.publishing(), settings);
        checkSecurity(config, settings);
        List<String> tooLong = tooLong(config);
        tooLong.forEach(settings::problem);
        if (tooLong.isEmpty()) {
            checkConsuming(config.consuming(), settings);
            NativeProperties.problems(config).forEach(settings::problem);
        }
    }

    /** What is wrong with durations that Kafka's clients, which count milliseconds in an int, cannot have. */
    private static List<String> tooLong(KafkaConfig config) {
        Consuming consuming = config.consuming();
        List<String> problems = new ArrayList<>();
        checkLength("connect-timeout", config.cluster().connectTimeout(), LONGEST, problems);
        checkLength("linger", config.publishing().linger(), LONGEST, problems);
        checkLength("commit-interval", consuming.commitInterval(), LONGEST, problems);
        checkLength("revoke-grace", consuming.revokeGrace(), LONGEST_GRACE, problems);
        checkLength("session-timeout", consuming.sessionTimeout(), LONGEST, problems);
        checkLength("heartbeat-interval", consuming.heartbeatInterval(), LONGEST, problems);
        return problems;
    }

    private static void checkLength(String name, Duration duration, Duration longest, List<String> problems) {
        if (duration.compareTo(longest) > 0) {
            problems.add(key(name) + " is " + duration + ", it must be at most " + longest);
        }
    }

    private static void checkCluster(KafkaConfig config, Settings settings) {
        if (config.cluster().bootstrapServers().isEmpty()) {
            settings.problem(key("bootstrap-servers") + " is empty, expected host:port, one or more");
        }
        if (config.cluster().replicationFactor() == 0) {
            settings.problem(
                    key("replication-factor") + " is 0, it must be at least 1, or -1 for the broker's default");
        }
        TopicProperties.problems(config.cluster().topicConfigs()).forEach(settings::problem);
    }

    private static void checkPublishing(Publishing publishing, Settings settings) {
        if (publishing.bufferMemory() < 4L * publishing.batchSize()) {
            settings.problem(key("buffer-memory") + " is " + publishing.bufferMemory()
                    + ", it must hold at least four batches of " + key("batch-size") + " " + publishing.batchSize());
        }
    }

    private static void checkConsuming(Consuming consuming, Settings settings) {
        if (consuming.heartbeatInterval().multipliedBy(3).compareTo(consuming.sessionTimeout()) > 0) {
            settings.problem(key("heartbeat-interval") + " is " + consuming.heartbeatInterval()
                    + ", it must be at most a third of " + key("session-timeout") + " " + consuming.sessionTimeout());
        }
    }

    private static void checkSecurity(KafkaConfig config, Settings settings) {
        Security security = config.security();
        boolean sasl = security.protocol() == Protocol.SASL_PLAINTEXT || security.protocol() == Protocol.SASL_SSL;
        boolean tls = security.protocol() == Protocol.SSL || security.protocol() == Protocol.SASL_SSL;
        boolean credentials = security.username() != null || security.password() != null;
        if (credentials && !sasl) {
            settings.problem(key("username") + " and password have no effect with " + key("security-protocol") + " "
                    + security.protocol() + "; use sasl-ssl or sasl-plaintext");
        }
        if (sasl && security.mechanism() == null) {
            settings.problem(key("sasl-mechanism") + " is missing; use one of " + PASSWORD_MECHANISMS);
        }
        if (!sasl && security.mechanism() != null) {
            settings.problem(key("sasl-mechanism") + " has no effect with " + key("security-protocol") + " "
                    + security.protocol() + "; use sasl-ssl or sasl-plaintext");
        }
        if (security.mechanism() != null
                && PASSWORD_MECHANISMS.contains(security.mechanism())
                && !config.nativeProperties().containsKey("sasl.jaas.config")
                && (security.username() == null || security.password() == null)) {
            settings.problem(key("username") + " and password are needed for " + security.mechanism() + ", or "
                    + key("kafka.sasl.jaas.config"));
        }
        if (security.mechanism() != null && !PASSWORD_MECHANISMS.contains(security.mechanism()) && credentials) {
            settings.problem(key("sasl-mechanism") + " is " + security.mechanism()
                    + ", with a user and password it must be one of " + PASSWORD_MECHANISMS);
        }
        if (!tls && (security.truststore() != null || security.keystore() != null)) {
            settings.problem(key("truststore") + " and keystore have no effect with " + key("security-protocol") + " "
                    + security.protocol() + "; use ssl or sasl-ssl");
        }
        if (security.truststorePassword() != null && security.truststore() == null) {
            settings.problem(key("truststore-password") + " has no effect without " + key("truststore"));
        }
        if (security.keystorePassword() != null && security.keystore() == null) {
            settings.problem(key("keystore-password") + " has no effect without " + key("keystore"));
        }
    }

    private static String key(String name) {
        return KafkaConfig.PREFIX + name;
    }
}
