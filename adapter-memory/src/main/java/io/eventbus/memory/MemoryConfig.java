package io.eventbus.memory;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A set of limits and times for a {@link MemoryBroker} and all transports on it. Immutable.
 *
 * @param partitions the partitions of each topic; a group has at most so many members with work
 * @param ackDeadline how long the broker waits for a member that it cannot reach; then its messages go to others
 * @param revokeGrace how long a member may take to finish what it holds of a partition that moves to another
 * @param deduplicationMessages how many message ids a topic remembers
 * @param deduplicationTime how long a topic remembers a message id
 * @param retainedMessages how many messages a partition keeps that every group has acknowledged; {@link Long#MAX_VALUE} (the default)
 *     keeps all of them until the broker is closed. What a group has not acknowledged is always kept
 * @param maxMessageBytes the largest message, body and headers together
 * @param createTopics whether topics come into being by use; otherwise only by {@link MemoryBroker#createTopic}
 * @param pipelinedKeyOrder whether transports re-send by themselves, in order, what a broken connection lost, and declare
 *     {@link io.eventbus.api.Capability#PIPELINED_KEY_ORDER}; otherwise the bus does that
 */
public record MemoryConfig(
        int partitions,
        Duration ackDeadline,
        Duration revokeGrace,
        int deduplicationMessages,
        Duration deduplicationTime,
        long retainedMessages,
        int maxMessageBytes,
        boolean createTopics,
        boolean pipelinedKeyOrder) {

    /** The prefix of all keys read by {@link #from}. */
    public static final String PREFIX = "eventbus.memory.";

    /** 8 partitions, 30 s ack deadline, 10 s grace, 100,000 ids for 2 minutes, everything kept, 1 MiB, topics made by use. */
    public static final MemoryConfig DEFAULT = builder().build();

    /** @throws ConfigurationException naming every value that is out of range */
    public MemoryConfig {
        List<String> problems = new ArrayList<>();
        check(problems, partitions >= 1 && partitions <= 1024, "partitions", partitions, "1 ... 1024");
        check(problems, isPositive(ackDeadline), "ack-deadline", ackDeadline, "positive");
        check(problems, !revokeGrace.isNegative(), "revoke-grace", revokeGrace, "zero or positive");
        check(
                problems,
                deduplicationMessages >= 0,
                "deduplication-messages",
                deduplicationMessages,
                "zero or positive");
        check(problems, isPositive(deduplicationTime), "deduplication-time", deduplicationTime, "positive");
        check(problems, retainedMessages >= 0, "retained-messages", retainedMessages, "zero or positive");
        check(problems, maxMessageBytes >= 1024, "max-message-bytes", maxMessageBytes, "at least 1024");
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    /** A builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The settings below {@link #PREFIX}; the environment wins over properties.
     *
     * @throws ConfigurationException if a key is unknown or a value malformed; it lists them all
     */
    public static MemoryConfig from(Map<String, String> properties, Map<String, String> environment) {
        Settings settings = Settings.of(PREFIX, properties, environment);
        Builder builder = builder()
                .partitions(settings.integer("partitions", DEFAULT.partitions, 1, 1024))
                .ackDeadline(settings.duration("ack-deadline", DEFAULT.ackDeadline, Duration.ofMillis(1)))
                .revokeGrace(settings.duration("revoke-grace", DEFAULT.revokeGrace, Duration.ZERO))
                .deduplicationMessages(
                        settings.integer("deduplication-messages", DEFAULT.deduplicationMessages, 0, Integer.MAX_VALUE))
                .deduplicationTime(
                        settings.duration("deduplication-time", DEFAULT.deduplicationTime, Duration.ofMillis(1)))
                .retainedMessages(settings.bytes("retained-messages", DEFAULT.retainedMessages, 0, Long.MAX_VALUE))
                .maxMessageBytes(
                        (int) settings.bytes("max-message-bytes", DEFAULT.maxMessageBytes, 1024, Integer.MAX_VALUE))
                .createTopics(settings.flag("create-topics", DEFAULT.createTopics))
                .pipelinedKeyOrder(settings.flag("pipelined-key-order", DEFAULT.pipelinedKeyOrder));
        settings.finish();
        return builder.build();
    }

    /** Every setting by its full key, as {@link #from} reads it. */
    Map<String, String> describe() {
        return Map.of(
                PREFIX + "partitions", String.valueOf(partitions),
                PREFIX + "ack-deadline", ackDeadline.toString(),
                PREFIX + "revoke-grace", revokeGrace.toString(),
                PREFIX + "deduplication-messages", String.valueOf(deduplicationMessages),
                PREFIX + "deduplication-time", deduplicationTime.toString(),
                PREFIX + "retained-messages", String.valueOf(retainedMessages),
                PREFIX + "max-message-bytes", String.valueOf(maxMessageBytes),
                PREFIX + "create-topics", String.valueOf(createTopics),
                PREFIX + "pipelined-key-order", String.valueOf(pipelinedKeyOrder));
    }

    private static boolean isPositive(Duration duration) {
        return !duration.isNegative() && !duration.isZero();
    }

    private static void check(List<String> problems, boolean holds, String key, Object value, String range) {
        if (!holds) {
            problems.add(PREFIX + key + " is " + value + ", it must be " + range);
        }
    }

    /** A collector of settings. Not safe for use by several threads at once. */
    public static final class Builder {

        private int partitions = 8;
        private Duration ackDeadline = Duration.ofSeconds(30);
        private Duration revokeGrace = Duration.ofSeconds(10);
        private int deduplicationMessages = 100_000;
        private Duration deduplicationTime = Duration.ofMinutes(2);
        private long retainedMessages = Long.MAX_VALUE;
        private int maxMessageBytes = 1024 * 1024;
        private boolean createTopics = true;
        private boolean pipelinedKeyOrder;

        private Builder() {}

        /** See {@link MemoryConfig#partitions()}. */
        public Builder partitions(int value) {
            this.partitions = value;
            return this;
        }

        /** See {@link MemoryConfig#ackDeadline()}. */
        public Builder ackDeadline(Duration value) {
            this.ackDeadline = value;
            return this;
        }

        /** See {@link MemoryConfig#revokeGrace()}. */
        public Builder revokeGrace(Duration value) {
            this.revokeGrace = value;
            return this;
        }

        /** See {@link MemoryConfig#deduplicationMessages()}. */
        public Builder deduplicationMessages(int value) {
            this.deduplicationMessages = value;
            return this;
        }

        /** See {@link MemoryConfig#deduplicationTime()}. */
        public Builder deduplicationTime(Duration value) {
            this.deduplicationTime = value;
            return this;
        }

        /** See {@link MemoryConfig#retainedMessages()}. */
        public Builder retainedMessages(long value) {
            this.retainedMessages = value;
            return this;
        }

        /** See {@link MemoryConfig#maxMessageBytes()}. */
        public Builder maxMessageBytes(int value) {
            this.maxMessageBytes = value;
            return this;
        }

        /** See {@link MemoryConfig#createTopics()}. */
        public Builder createTopics(boolean value) {
            this.createTopics = value;
            return this;
        }

        /** See {@link MemoryConfig#pipelinedKeyOrder()}. */
        public Builder pipelinedKeyOrder(boolean value) {
            this.pipelinedKeyOrder = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws ConfigurationException naming every value that is out of range
         */
        public MemoryConfig build() {
            return new MemoryConfig(
                    partitions,
                    ackDeadline,
                    revokeGrace,
                    deduplicationMessages,
                    deduplicationTime,
                    retainedMessages,
                    maxMessageBytes,
                    createTopics,
                    pipelinedKeyOrder);
        }
    }
}
