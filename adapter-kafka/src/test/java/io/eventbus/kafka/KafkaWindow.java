package io.eventbus.kafka;

import io.eventbus.api.Topic;
import io.eventbus.testkit.contract.TopologyWindow;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;

/** A look at the topics and groups of a broker, with an administration client of its own for each question. */
final class KafkaWindow implements TopologyWindow {

    private final String bootstrap;
    private final int morePartitions;

    KafkaWindow(String bootstrap, int morePartitions) {
        this.bootstrap = bootstrap;
        this.morePartitions = morePartitions;
    }

    @Override
    public boolean exists(Topic topic) {
        try (Admin admin = admin()) {
            return answer(admin.listTopics().names()).contains(topic.name());
        }
    }

    @Override
    public Map<String, String> settings(Topic topic) {
        try (Admin admin = admin()) {
            TopicDescription found = answer(
                            admin.describeTopics(List.of(topic.name())).allTopicNames())
                    .get(topic.name());
            Map<String, String> settings = new TreeMap<>();
            settings.put("partitions", "" + found.partitions().size());
            settings.put("replicas", "" + found.partitions().get(0).replicas().size());
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
            answer(admin.describeConfigs(List.of(resource)).all())
                    .get(resource)
                    .entries()
                    .forEach(entry -> settings.put(entry.name(), entry.value()));
            return settings;
        }
    }

    @Override
    public Set<String> groups(Topic topic) {
        try (Admin admin = admin()) {
            Set<String> names = new TreeSet<>();
            answer(admin.listGroups().all()).forEach(group -> names.add(group.groupId()));
            names.removeIf(name -> !name.endsWith("@" + topic));
            return names;
        }
    }

    @Override
    public void makeLarger(Topic topic) {
        make(
                topic,
                morePartitions,
                Map.of("retention.ms", "1209600000", "segment.bytes", "1073741824", "max.message.bytes", "10485760"));
    }

    @Override
    public List<String> makeDifferent(Topic topic, String group) {
        make(topic, morePartitions + 1, Map.of("retention.ms", "3600000", "segment.bytes", "1048576"));
        return List.of("partitions", "retention.ms", "segment.bytes");
    }

    private void make(Topic topic, int partitions, Map<String, String> configs) {
        try (Admin admin = admin()) {
            NewTopic made = new NewTopic(topic.name(), Optional.of(partitions), Optional.empty()).configs(configs);
            answer(admin.createTopics(List.of(made)).all());
        }
        Awaitility.await("topic " + topic + " is there").until(() -> exists(topic));
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap));
    }

    private static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker does not answer the kit", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
