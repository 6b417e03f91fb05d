package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.EventBusException;
import io.eventbus.api.PublishException;
import io.eventbus.api.SubscriptionException;
import io.eventbus.api.Topic;
import io.eventbus.api.config.Secret;
import io.eventbus.kafka.KafkaConfig.Protocol;
import io.eventbus.kafka.KafkaConfig.Topology;
import io.eventbus.testkit.broker.KafkaListener;
import io.eventbus.testkit.broker.KafkaServer;
import io.eventbus.testkit.broker.KafkaServerOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The access rules of docs/kafka.md: with exactly these the bus works, and without any one of them it says which is missing. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class KafkaPermissionsIT {

    private static KafkaServer server;
    private static Admin admin;
    private Topic topic;
    private AclBinding write;
    private AclBinding read;
    private AclBinding readGroup;

    @BeforeAll
    static void startBroker() {
        server = KafkaServer.start(KafkaServerOptions.defaults()
                .withListener(KafkaListener.plaintext().withSasl("PLAIN"))
                .withAuthorizer()
                .withUser("limited", "secret"));
        admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()));
    }

    @AfterAll
    static void stopBroker() {
        admin.close();
        server.close();
    }

    @BeforeEach
    void newTopic() {
        topic = KafkaNode.newTopic();
        write = onTopic(AclOperation.WRITE);
        read = onTopic(AclOperation.READ);
        readGroup = rule(ResourceType.GROUP, "g@" + topic, AclOperation.READ);
    }

    @Test
    void publishing() throws Exception {
        make();
        allow(write);
        try (KafkaNode node = limited(Topology.NEVER)) {
            publishes(node);
        }
        allow();
        try (KafkaNode node = limited(Topology.NEVER)) {
            notOpened(node, "DESCRIBE on topic " + topic);
        }
        allow(onTopic(AclOperation.DESCRIBE));
        try (KafkaNode node = limited(Topology.NEVER)) {
            node.transport.open(topic, KafkaNode.PATIENCE);
            assertThat(notPublished(node)).hasMessageContaining("WRITE");
            // The same producer goes on once it may.
            allow(write);
            await().atMost(KafkaNode.PATIENCE).ignoreExceptions().until(() -> {
                publishes(node);
                return true;
            });
        }
    }

    @Test
    void publishingToATopicThatIsMade() throws Exception {
        allow(write);
        try (KafkaNode node = limited(Topology.CREATE)) {
            notOpened(node, "CREATE on topic " + topic);
        }
        allow(write, onTopic(AclOperation.CREATE));
        try (KafkaNode node = limited(Topology.CREATE)) {
            publishes(node);
        }
    }

    @Test
    void publishingToATopicThatIsValidated() throws Exception {
        make();
        allow(write);
        KafkaConfig.Builder config = config(Topology.VALIDATE).partitions(1).topicConfig("cleanup.policy", "delete");
        try (KafkaNode node = KafkaNode.start(config.build())) {
            notOpened(node, "DESCRIBE_CONFIGS on topic " + topic);
        }
        try (KafkaNode node = KafkaNode.start(config.topology(Topology.CREATE).build())) {
            publishes(node);
        }
        allow(write, onTopic(AclOperation.DESCRIBE_CONFIGS));
        try (KafkaNode node = KafkaNode.start(config.topology(Topology.VALIDATE).build())) {
            publishes(node);
        }
    }

    @Test
    void consuming() throws Exception {
        make();
        allow(read, readGroup);
        try (KafkaNode node = limited(Topology.NEVER)) {
            RecordingSink sink = RecordingSink.acknowledging();
            var subscription = node.consume(topic, sink);
            allow(read, readGroup, write);
            publishes(node);
            await().atMost(KafkaNode.PATIENCE).until(() -> sink.received() == 1);
            KafkaNode.stop(subscription);
            assertThat(sink.failures).isEmpty();
        }
        allow(readGroup);
        notSubscribed("DESCRIBE on topic " + topic);
        allow(readGroup, onTopic(AclOperation.DESCRIBE));
        failsWhileRunning("READ and DESCRIBE on [" + topic + "]");
        allow(read);
        notSubscribed("DESCRIBE on the group g@" + topic);
        allow(read, rule(ResourceType.GROUP, "g@" + topic, AclOperation.DESCRIBE));
        failsWhileRunning("READ on the group g@" + topic);
    }

    @Test
    void aRuleThatIsTakenAwayShowsAndPassesWhenItIsBack() throws Exception {
        make();
        allow(read, readGroup, write);
        try (KafkaNode node = limited(Topology.NEVER)) {
            RecordingSink sink = RecordingSink.acknowledging();
            var subscription = node.consume(topic, sink);
            publishes(node);
            await().atMost(KafkaNode.PATIENCE).until(() -> sink.received() == 1);
            allow(readGroup);
            await().atMost(KafkaNode.PATIENCE).until(() -> !sink.failures.isEmpty());
            assertThat(sink.failures.get(0))
                    .isInstanceOf(SubscriptionException.class)
                    .hasMessageContaining("READ");
            assertThat(notPublished(node)).hasMessageContaining("WRITE");
            allow(read, readGroup, write);
            await().atMost(KafkaNode.PATIENCE).until(() -> sink.recoveries.get() > 0);
            publishes(node);
            await().atMost(KafkaNode.PATIENCE).until(() -> sink.received() == 2);
            KafkaNode.stop(subscription);
        }
    }

    private void publishes(KafkaNode node) throws Exception {
        node.transport.open(topic, KafkaNode.PATIENCE);
        node.send(topic, "k", "x").get(30, TimeUnit.SECONDS);
    }

    private PublishException notPublished(KafkaNode node) {
        ExecutionException failed = catchThrowableOfType(
                ExecutionException.class, () -> node.send(topic, "k", "x").get(30, TimeUnit.SECONDS));
        assertThat(failed).isNotNull();
        PublishException error = (PublishException) failed.getCause();
        assertThat(error.reason()).as(error.getMessage()).isEqualTo(PublishException.Reason.UNAUTHORIZED);
        return error;
    }

    private void notOpened(KafkaNode node, String missing) {
        PublishException error =
                catchThrowableOfType(PublishException.class, () -> node.transport.open(topic, KafkaNode.PATIENCE));
        assertThat(error).isNotNull().hasMessageContaining(missing);
        assertThat(error.reason()).isEqualTo(PublishException.Reason.UNAUTHORIZED);
    }

    private void notSubscribed(String missing) {
        try (KafkaNode node = limited(Topology.NEVER)) {
            SubscriptionException error = catchThrowableOfType(
                    SubscriptionException.class, () -> node.consume(topic, RecordingSink.acknowledging()));
            assertThat(error).isNotNull().hasMessageContaining(missing);
            assertThat(error.retriable()).isFalse();
        }
    }

    /** The group is known, so only the consumer itself finds out. */
    private void failsWhileRunning(String missing) {
        try (KafkaNode node = limited(Topology.NEVER)) {
            RecordingSink sink = RecordingSink.acknowledging();
            EventBusException error;
            try {
                var subscription = node.consume(topic, sink);
                await().atMost(KafkaNode.PATIENCE).until(() -> !sink.failures.isEmpty());
                KafkaNode.stop(subscription);
                error = sink.failures.get(0);
            } catch (EventBusException e) {
                error = e;
            }
            assertThat(error).isInstanceOf(SubscriptionException.class).hasMessageContaining(missing);
        }
    }

    private void make() throws Exception {
        admin.createTopics(List.of(new NewTopic(topic.name(), Optional.of(1), Optional.empty())))
                .all()
                .get(30, TimeUnit.SECONDS);
    }

    private static KafkaConfig.Builder config(Topology topology) {
        return KafkaNode.quick(server.bootstrapServers(0))
                .partitions(1)
                .topology(topology)
                .securityProtocol(Protocol.SASL_PLAINTEXT)
                .sasl("PLAIN", "limited", Secret.of("secret"));
    }

    private static KafkaNode limited(Topology topology) {
        return KafkaNode.start(config(topology).build());
    }

    /** Exactly these rules from now on. */
    private static void allow(AclBinding... rules) {
        try {
            Set<AclBinding> wanted = Arrays.stream(rules).collect(Collectors.toSet());
            List<AclBindingFilter> surplus = rules().stream()
                    .filter(rule -> !wanted.contains(rule))
                    .map(AclBinding::toFilter)
                    .toList();
            admin.createAcls(wanted).all().get(30, TimeUnit.SECONDS);
            admin.deleteAcls(surplus).all().get(30, TimeUnit.SECONDS);
            await().atMost(KafkaNode.PATIENCE).until(() -> rules().equals(wanted));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<AclBinding> rules() throws Exception {
        return Set.copyOf(admin.describeAcls(AclBindingFilter.ANY).values().get(30, TimeUnit.SECONDS));
    }

    private AclBinding onTopic(AclOperation operation) {
        return rule(ResourceType.TOPIC, topic.name(), operation);
    }

    private static AclBinding rule(ResourceType type, String name, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:limited", "*", operation, AclPermissionType.ALLOW));
    }
}
