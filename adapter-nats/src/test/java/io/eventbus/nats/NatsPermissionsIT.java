package io.eventbus.nats;

import static io.eventbus.nats.Secured.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.eventbus.api.EventBusException;
import io.eventbus.api.PublishException;
import io.eventbus.api.SubscriptionException;
import io.eventbus.api.Topic;
import io.eventbus.api.config.Secret;
import io.eventbus.nats.NatsConfig.Topology;
import io.eventbus.testkit.broker.NatsServer;
import io.eventbus.testkit.broker.NatsServerOptions;
import io.eventbus.testkit.broker.NatsUser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The permissions of docs/security.md: with exactly these the bus works, and without any one of them it says which is missing. */
class NatsPermissionsIT {

    private static final String INBOX = "_INBOX_limited.";
    /** What was read from the stream is acknowledged when the server delivers it again. */
    private static final Duration ACK_WAIT = Duration.ofSeconds(2);

    private static NatsServer server;
    private Topic topic;
    private String stream;
    private String durable;

    @BeforeAll
    static void startServer() {
        server = NatsServer.start(with(NatsUser.password("limited", "l")));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void newTopic() {
        topic = Secured.topic();
        stream = topic.name().replace('.', '=');
        durable = "group@" + stream;
    }

    @Test
    void publishingToAStreamThatIsNotLookedAt() throws Exception {
        makeStream();
        List<String> needed = List.of(topic.name());
        allow(needed);
        try (Secured bus = limited(Topology.NEVER)) {
            bus.publishes(topic);
        }
        publishingFailsWithoutAnyOf(needed, Topology.NEVER);
    }

    @Test
    void publishingToAStreamThatIsValidated() throws Exception {
        makeStream();
        List<String> needed = List.of(topic.name(), "$JS.API.STREAM.INFO." + stream);
        allow(needed);
        try (Secured bus = limited(Topology.VALIDATE)) {
            bus.transport.open(topic, TIMEOUT);
            bus.publishes(topic);
        }
        publishingFailsWithoutAnyOf(needed, Topology.VALIDATE);
    }

    @Test
    void publishingToAStreamThatIsMade() throws Exception {
        List<String> needed = List.of(topic.name(), "$JS.API.STREAM.INFO." + stream, "$JS.API.STREAM.CREATE." + stream);
        publishingFailsWithoutAnyOf(needed.subList(1, 3), Topology.CREATE);
        allow(needed);
        try (Secured bus = limited(Topology.CREATE)) {
            bus.transport.open(topic, TIMEOUT);
            bus.publishes(topic);
        }
        publishingFailsWithoutAnyOf(needed.subList(0, 1), Topology.CREATE);
    }

    @Test
    void addingASubjectToASharedStream() throws Exception {
        String shared = "shared-" + stream;
        try (Secured admin = admin(Secured.at(server).stream(shared))) {
            admin.transport.open(Secured.topic(), TIMEOUT);
        }
        allow(List.of(topic.name(), "$JS.API.STREAM.INFO." + shared));
        try (Secured bus = as("limited", config(Topology.CREATE).stream(shared))) {
            assertThat(catchThrowable(() -> bus.transport.open(topic, TIMEOUT)))
                    .isInstanceOf(PublishException.class)
                    .hasMessageContaining("$JS.API.STREAM.UPDATE." + shared);
        }
        allow(List.of(topic.name(), "$JS.API.STREAM.INFO." + shared, "$JS.API.STREAM.UPDATE." + shared));
        try (Secured bus = as("limited", config(Topology.CREATE).stream(shared))) {
            bus.transport.open(topic, TIMEOUT);
            bus.publishes(topic);
        }
    }

    @Test
    void withoutAnInboxNothingIsEverAnswered() throws Exception {
        makeStream();
        server.reload(with(NatsUser.password("limited", "l").mayPublish(topic.name(), "$JS.API.>")));
        try (Secured bus = limited(Topology.VALIDATE)) {
            await().atMost(TIMEOUT).until(() -> bus.transport.health().detail().contains(INBOX + ">"));
            bus.mayNotPublish(topic, INBOX + ">");
            assertThat(catchThrowable(() -> bus.transport.open(topic, TIMEOUT)))
                    .isInstanceOf(PublishException.class)
                    .hasMessageContaining(INBOX + ">");
        }
    }

    @Test
    void consumingWithADurableThatIsThere() throws Exception {
        makeDurableThatWasInterrupted();
        List<String> needed = List.of(
                "$JS.API.CONSUMER.INFO." + stream + "." + durable,
                "$JS.API.CONSUMER.MSG.NEXT." + stream + "." + durable,
                "$JS.API.STREAM.MSG.GET." + stream,
                "$JS.ACK." + stream + "." + durable + ".>");
        consumingFailsWithoutAnyOf(needed, Topology.NEVER);
        allow(needed);
        try (Secured bus = limited(Topology.NEVER)) {
            bus.consumes(topic);
        }
    }

    @Test
    void consumingFromAStreamThatIsValidated() throws Exception {
        makeDurableThatWasInterrupted();
        List<String> needed = new ArrayList<>(consuming());
        needed.add("$JS.API.STREAM.INFO." + stream);
        allow(needed);
        try (Secured bus = limited(Topology.VALIDATE)) {
            bus.consumes(topic);
        }
        consumingFailsWithoutAnyOf(needed.subList(needed.size() - 1, needed.size()), Topology.VALIDATE);
    }

    @Test
    void consumingWithADurableThatIsMade() throws Exception {
        makeStream();
        try (Secured admin = admin(Secured.at(server).ackWait(ACK_WAIT))) {
            admin.publishes(topic);
        }
        List<String> needed = new ArrayList<>(consuming());
        needed.add("$JS.API.STREAM.INFO." + stream);
        needed.add("$JS.API.CONSUMER.CREATE." + stream + "." + durable + "." + topic);
        consumingFailsWithoutAnyOf(needed.subList(needed.size() - 2, needed.size()), Topology.CREATE);
        allow(needed);
        try (Secured bus = limited(Topology.CREATE)) {
            bus.consumes(topic);
        }
    }

    private List<String> consuming() {
        return List.of(
                "$JS.API.CONSUMER.INFO." + stream + "." + durable,
                "$JS.API.CONSUMER.MSG.NEXT." + stream + "." + durable,
                "$JS.API.STREAM.MSG.GET." + stream,
                "$JS.ACK." + stream + "." + durable + ".>");
    }

    private void publishingFailsWithoutAnyOf(List<String> needed, Topology topology) throws Exception {
        List<String> all = new ArrayList<>(needed);
        if (!all.contains(topic.name())) {
            all.add(topic.name());
        }
        for (String missing : needed) {
            allow(all.stream().filter(one -> !one.equals(missing)).toList());
            try (Secured bus = limited(topology)) {
                if (missing.equals(topic.name())) {
                    bus.mayNotPublish(topic, missing);
                } else {
                    assertThat(catchThrowable(() -> bus.transport.open(topic, TIMEOUT)))
                            .isInstanceOfSatisfying(
                                    PublishException.class,
                                    e -> assertThat(e.reason()).isEqualTo(PublishException.Reason.UNAUTHORIZED))
                            .hasMessageContaining(missing);
                }
            }
        }
    }

    private void consumingFailsWithoutAnyOf(List<String> needed, Topology topology) throws Exception {
        List<String> all = new ArrayList<>(consuming());
        needed.stream().filter(one -> !all.contains(one)).forEach(all::add);
        for (String missing : needed) {
            allow(all.stream().filter(one -> !one.equals(missing)).toList());
            try (Secured bus = limited(topology);
                    Recorder sink = Recorder.ofAll(10)) {
                EventBusException error = failureOf(bus, sink);
                assertThat(error).isInstanceOf(SubscriptionException.class).hasMessageContaining(missing);
                assertThat(error.retriable()).isFalse();
            }
        }
    }

    private EventBusException failureOf(Secured bus, Recorder sink) {
        try {
            sink.subscription = bus.transport.consume(Secured.spec(topic), sink);
        } catch (EventBusException e) {
            return e;
        }
        await().atMost(TIMEOUT).until(() -> sink.failure != null);
        return sink.failure;
    }

    private void makeStream() {
        try (Secured admin = admin(Secured.at(server).ackWait(ACK_WAIT))) {
            admin.transport.open(topic, TIMEOUT);
        }
    }

    /** Three messages were delivered, and the one who had them is gone: the next one begins by reading the stream. */
    private void makeDurableThatWasInterrupted() throws Exception {
        try (Secured admin = admin(Secured.at(server).ackWait(ACK_WAIT));
                Recorder sink = new Recorder(10, false, message -> false)) {
            admin.transport.open(topic, TIMEOUT);
            sink.subscription = admin.transport.consume(Secured.spec(topic), sink);
            Feed.many(admin.transport, topic, 0, 3, 3, 10);
            await().atMost(TIMEOUT).until(() -> sink.accepted.get() == 3);
        }
    }

    private static void allow(List<String> subjects) {
        server.reload(with(NatsUser.password("limited", "l")
                .mayPublish(subjects.toArray(new String[0]))
                .maySubscribe(INBOX + ">")));
    }

    private static NatsServerOptions with(NatsUser limited) {
        return NatsServerOptions.defaults().withUsers(NatsUser.password("admin", "a"), limited);
    }

    private static NatsConfig.Builder config(Topology topology) {
        return Secured.at(server)
                .inboxPrefix(INBOX)
                .topology(topology)
                .ackWait(ACK_WAIT)
                .requestTimeout(Duration.ofSeconds(1));
    }

    private static Secured limited(Topology topology) {
        return as("limited", config(topology));
    }

    private static Secured admin(NatsConfig.Builder config) {
        return as("admin", config);
    }

    private static Secured as(String user, NatsConfig.Builder config) {
        return Secured.start(config.user(user, Secret.of(user.substring(0, 1))));
    }
}
