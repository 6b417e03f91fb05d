package io.eventbus.kafka;

import io.eventbus.api.Topic;
import io.eventbus.api.TopologyException;
import io.eventbus.kafka.KafkaConfig.Cluster;
import io.eventbus.kafka.KafkaConfig.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about topics before they are used. An existing topic is never changed: fewer partitions are impossible and more of them
 * would move aggregates from one partition to another, behind what is stored there.
 *
 * <p>Concurrency: any thread, several at once; making a topic twice at once is harmless.
 */
final class KafkaTopics {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaTopics.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final KafkaConfig config;
    private final KafkaThreads threads;
    private final Set<String> compared = ConcurrentHashMap.newKeySet();

    KafkaTopics(KafkaConfig config, KafkaThreads threads) {
        this.config = config;
        this.threads = threads;
    }

    /**
     * Makes or checks the topic as the topology setting says.
     *
     * @return the number of its partitions
     * @throws TopologyException if it differs from what is configured
     * @throws KafkaException if it is missing, cannot be made, or the broker does not answer in time
     */
    int ensure(Topic topic, KafkaAdmin admin) {
        TopicDescription found = find(topic, admin);
        if (found == null) {
            found = missing(topic, admin);
        } else if (config.cluster().topology() != Topology.NEVER) {
            compare(topic, found, admin);
        }
        awaitServing(topic, found, admin);
        return found.partitions().size();
    }

    /**
     * Waits until every partition's leader answers as such. The metadata of a fresh topic names leaders that do not know it yet: they would
     * refuse a producer's first batch, accept the one sent behind it, and then refuse the first for good as out of sequence.
     */
    private static void awaitServing(Topic topic, TopicDescription found, KafkaAdmin admin) {
        Map<TopicPartition, OffsetSpec> all = new HashMap<>();
        for (TopicPartitionInfo partition : found.partitions()) {
            all.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest());
        }
        admin.await(admin.client().listOffsets(all).all(), "DESCRIBE on topic " + topic);
    }

    private TopicDescription missing(Topic topic, KafkaAdmin admin) {
        switch (config.cluster().topology()) {
            case VALIDATE ->
                throw new TopologyException("topic " + topic + " differs from what is configured: it does not exist"
                        + "; make it with " + wanted() + ", or set eventbus.kafka.topology to create");
            case NEVER ->
                throw new UnknownTopicOrPartitionException(
                        "topic " + topic + " does not exist and eventbus.kafka.topology is never");
            case CREATE -> {
                return create(topic, admin);
            }
        }
        throw new IllegalStateException();
    }

    private TopicDescription create(Topic topic, KafkaAdmin admin) {
        Cluster cluster = config.cluster();
        NewTopic wanted = new NewTopic(
                topic.name(),
                Optional.of(cluster.partitions()),
                cluster.replicationFactor() < 0 ? Optional.empty() : Optional.of((short) cluster.replicationFactor()));
        wanted.configs(cluster.topicConfigs());
        while (!made(wanted, topic, admin)) {
            threads.pause(LOOK_AGAIN);
        }
        return visible(topic, admin);
    }

    /** False if no broker can take a replica right now, as for a moment after a restart, though one replica is all that is wanted. */
    private boolean made(NewTopic wanted, Topic topic, KafkaAdmin admin) {
        try {
            admin.await(
                    admin.client().createTopics(List.of(wanted)).all(),
                    "CREATE on topic " + topic + " or on the cluster, since eventbus.kafka.topology is create");
            LOG.info("Topic {} was made with {}", topic, wanted());
        } catch (TopicExistsException e) {
            LOG.debug("Topic {} was made by somebody else meanwhile", topic);
        } catch (InvalidTopicException e) {
            throw new TopologyException(
                    "topic " + topic + " cannot be made on Kafka: " + e.getMessage()
                            + ". Kafka takes a dot and an underscore for the same character in the names of its metrics,"
                            + " so two topics must not differ in these only; rename one of them",
                    e);
        } catch (InvalidReplicationFactorException e) {
            if (config.cluster().replicationFactor() > 1
                    || !admin.hasTime()
                    || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return false;
        }
        return true;
    }

    /** Waits until the brokers tell about the topic, and every partition has a leader. */
    private TopicDescription visible(Topic topic, KafkaAdmin admin) {
        while (admin.hasTime() && !Thread.currentThread().isInterrupted()) {
            TopicDescription found = find(topic, admin);
            if (found != null
                    && found.partitions().stream()
                            .allMatch(p -> p.leader() != null && !p.leader().isEmpty())) {
                return found;
            }
            threads.pause(LOOK_AGAIN);
        }
        throw new org.apache.kafka.common.errors.TimeoutException("topic " + topic + " has no leaders yet");
    }

    private static @Nullable TopicDescription find(Topic topic, KafkaAdmin admin) {
        try {
            return admin.await(
                            admin.client().describeTopics(List.of(topic.name())).allTopicNames(),
                            "DESCRIBE on topic " + topic)
                    .get(topic.name());
        } catch (UnknownTopicOrPartitionException e) {
            return null;
        }
    }

    private void compare(Topic topic, TopicDescription found, KafkaAdmin admin) {
        boolean strict = config.cluster().topology() == Topology.VALIDATE;
        if (!strict && !compared.add(topic.name())) {
            return;
        }
        List<String> differences;
        try {
            differences = differences(topic, found, admin);
        } catch (MissingPermission e) {
            if (strict) {
                throw e;
            }
            LOG.debug("Topic {} cannot be compared with what is configured", topic, e);
            return;
        }
        if (differences.isEmpty()) {
            return;
        }
        String text = "topic " + topic + " differs from what is configured: " + String.join("; ", differences);
        if (strict) {
            throw new TopologyException(text + "; change the topic or the settings below " + KafkaConfig.PREFIX);
        }
        LOG.warn("{}; an existing topic is left as it is", text);
    }

    private List<String> differences(Topic topic, TopicDescription found, KafkaAdmin admin) {
        Cluster cluster = config.cluster();
        List<String> differences = new ArrayList<>();
        if (found.partitions().size() != cluster.partitions()) {
            differences.add(
                    "it has " + found.partitions().size() + " partitions, configured are " + cluster.partitions());
        }
        int replicas = found.partitions().get(0).replicas().size();
        if (cluster.replicationFactor() > 0 && replicas != cluster.replicationFactor()) {
            differences.add("it has " + replicas + " replicas, configured are " + cluster.replicationFactor());
        }
        if (!cluster.topicConfigs().isEmpty()) {
            addConfigs(topic, admin, differences);
        }
        return differences;
    }

    private void addConfigs(Topic topic, KafkaAdmin admin, List<String> differences) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        Map<ConfigResource, Config> configs = admin.await(
                admin.client().describeConfigs(List.of(resource)).all(), "DESCRIBE_CONFIGS on topic " + topic);
        Config actual = configs.get(resource);
        new TreeMap<>(config.cluster().topicConfigs()).forEach((name, value) -> {
            ConfigEntry entry = actual == null ? null : actual.get(name);
            if (entry == null || !value.equals(entry.value())) {
                differences.add(
                        name + " is " + (entry == null ? "unknown" : entry.value()) + ", configured is " + value);
            }
        });
    }

    private String wanted() {
        Cluster cluster = config.cluster();
        return cluster.partitions() + " partitions, "
                + (cluster.replicationFactor() < 0 ? "the broker's default of" : cluster.replicationFactor())
                + " replicas and configuration " + new TreeMap<>(cluster.topicConfigs());
    }
}
