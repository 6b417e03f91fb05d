package io.eventbus.kafka;

import io.eventbus.api.Topic;
import io.eventbus.kafka.KafkaConfig.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over topics through one administration client for all subscriptions, made with the first question.
 *
 * <p>Concurrency: any thread asks; answers come on the client's own thread. The lock guards the making and the closing of the client.
 */
final class AdminTopicWatch implements TopicWatch, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AdminTopicWatch.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final KafkaConfig config;
    private final KafkaClients clients;
    private final KafkaTopics topics;
    private final KafkaThreads threads;
    private final Set<Topic> inTheMaking = ConcurrentHashMap.newKeySet();
    private final Object lock = new Object();
    private @Nullable KafkaAdmin admin;
    private boolean closed;

    AdminTopicWatch(KafkaConfig config, KafkaClients clients, KafkaTopics topics, KafkaThreads threads) {
        this.config = config;
        this.clients = clients;
        this.topics = topics;
        this.threads = threads;
    }

    @Override
    public void ask(Topic topic, Consumer<Answer> answer) {
        Admin client = client();
        if (client == null) {
            return;
        }
        try {
            var unused = client.describeTopics(List.of(topic.name()))
                    .allTopicNames()
                    .whenComplete((found, error) ->
                            told(topic, answer, found == null ? null : found.get(topic.name()), error));
        } catch (KafkaException | IllegalStateException e) {
            LOG.debug("{} cannot be asked for now", topic, e);
        }
    }

    private static void told(
            Topic topic, Consumer<Answer> answer, @Nullable TopicDescription found, @Nullable Throwable wrapped) {
        Throwable error = wrapped instanceof CompletionException ? wrapped.getCause() : wrapped;
        if (found != null) {
            answer.accept(new Answer(found.topicId()));
        } else if (error instanceof UnknownTopicOrPartitionException) {
            answer.accept(new Answer(null));
        } else {
            // A broker that does not answer, or does not allow to ask, shows elsewhere.
            LOG.debug("nothing is known of {} now", topic, error);
        }
    }

    @Override
    public void makeAgain(Topic topic) {
        if (config.cluster().topology() == Topology.CREATE && inTheMaking.add(topic)) {
            threads.start("make-" + topic, () -> makeNow(topic));
        }
    }

    private void makeNow(Topic topic) {
        try (KafkaAdmin once = clients.admin(TIMEOUT)) {
            LOG.warn("Topic {} was deleted under a running subscription; it is made again", topic);
            topics.ensure(topic, once);
        } catch (RuntimeException e) {
            LOG.warn("Topic {} cannot be made again now; it is tried again", topic, e);
        } finally {
            inTheMaking.remove(topic);
        }
    }

    private @Nullable Admin client() {
        synchronized (lock) {
            if (admin == null && !closed) {
                admin = clients.admin(TIMEOUT);
            }
            return admin == null ? null : admin.client();
        }
    }

    @Override
    public void close() {
        KafkaAdmin last;
        synchronized (lock) {
            closed = true;
            last = admin;
            admin = null;
        }
        if (last != null) {
            last.close();
        }
    }
}
