package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.EventBusException;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.StartPosition;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import io.eventbus.api.TopologyException;
import io.eventbus.testkit.contract.KitOptions.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section D: what the adapter makes, checks and leaves alone on the broker. */
@DisplayName("D. topology")
abstract class TopologyContract extends ContractSection {

    TopologyContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C043")
    @Tag("C043")
    void createMakesWhatIsMissing() {
        Scenario s = scenario();
        TopologyWindow broker = s.broker().topology();
        Topic published = s.topic("published");
        assertThat(broker.exists(s.topic())).isFalse();
        assertThat(broker.exists(published)).isFalse();
        Node node = s.connect();
        node.subscribe(s.spec());
        node.publish(published, s.event("key"), PublishOptions.DEFAULT);
        s.awaitAcknowledged();
        assertThat(broker.exists(s.topic())).isTrue();
        assertThat(broker.exists(published)).isTrue();
        assertThat(broker.groups(s.topic())).containsExactly(s.broker().durableName(s.group(), s.topic()));
        assertThat(broker.groups(published)).isEmpty();
    }

    @Behaviour("C043")
    @Tag("C043")
    void validateListsEveryDifferenceAndChangesNothing() {
        Scenario s = scenario();
        TopologyWindow broker = s.broker().topology();
        Node checking = s.connect(KitOptions.DEFAULT.withTopology(Topology.VALIDATE));
        assertRefused(s, checking, s.topic());
        assertThat(broker.exists(s.topic())).isFalse();

        Topic different = s.topic("different");
        List<String> words = broker.makeDifferent(different, s.group());
        if (!words.isEmpty()) {
            Map<String, String> before = broker.settings(different);
            Set<String> groupsBefore = broker.groups(different);
            assertThat(assertRefused(s, checking, different)).contains(words);
            assertThat(broker.settings(different)).isEqualTo(before);
            assertThat(broker.groups(different)).isEqualTo(groupsBefore);
        }

        Topic asNeeded = s.topic("as-needed");
        Node making = s.connect();
        making.subscribe(s.spec(asNeeded, s.group()));
        making.close();
        Map<String, String> before = broker.settings(asNeeded);
        checking.subscribe(s.spec(asNeeded, s.group()));
        checking.publish(asNeeded, s.event("key"), PublishOptions.DEFAULT);
        s.awaitHandled(asNeeded, s.group());
        assertThat(broker.settings(asNeeded)).isEqualTo(before);
    }

    @Behaviour("C043")
    @Tag("C043")
    void neverTouchesNothing() {
        Scenario s = scenario();
        TopologyWindow broker = s.broker().topology();
        Node using = s.connect(KitOptions.DEFAULT.withTopologyNever());
        assertRefused(s, using, s.topic());
        assertThat(broker.exists(s.topic())).isFalse();

        Topic larger = s.topic("larger");
        broker.makeLarger(larger);
        Node making = s.connect();
        making.subscribe(s.spec(larger, s.group()));
        making.close();
        Map<String, String> before = broker.settings(larger);
        Set<String> groupsBefore = broker.groups(larger);
        using.subscribe(s.spec(larger, s.group()));
        using.publish(larger, s.event("key"), PublishOptions.DEFAULT);
        s.awaitHandled(larger, s.group());
        assertThat(broker.settings(larger)).isEqualTo(before);
        assertThat(broker.groups(larger)).isEqualTo(groupsBefore);
    }

    /** Neither a publish nor a subscription works on the topic; what the subscription's error says. */
    private static String assertRefused(Scenario s, Node node, Topic topic) {
        Publication publication = node.publish(topic, s.event("key"), PublishOptions.DEFAULT);
        s.await("the publish has its outcome", publication::isSettled);
        assertThat(publication.failure().retriable()).isFalse();
        assertThat(publication.failure().error()).hasMessageContaining(topic.name());
        SubscriptionSpec spec = s.spec(topic, s.group()).build();
        List<String> messages = new ArrayList<>();
        assertThatThrownBy(() -> node.bus().subscribe(spec, delivery -> {
                    throw new AssertionError("nothing can come");
                }))
                .asInstanceOf(InstanceOfAssertFactories.type(TopologyException.class))
                .satisfies(refusal -> {
                    assertThat(refusal.retriable()).isFalse();
                    assertThat(refusal).hasMessageContaining(topic.name());
                    messages.add(String.valueOf(refusal.getMessage()));
                });
        return messages.get(0);
    }

    @Behaviour("C044")
    @Tag("C044")
    void instancesThatMakeTheSameTopologyAtOnceAgree() {
        Scenario s = scenario();
        List<Node> nodes = List.of(s.connect(), s.connect(), s.connect());
        for (StartPosition start : List.of(StartPosition.EARLIEST, StartPosition.LATEST, StartPosition.LATEST)) {
            Topic topic = s.topic("t" + s.ledger().publications().size());
            s.inParallel(
                    nodes.size(),
                    i -> nodes.get(i).subscribe(s.unordered(topic, s.group()).startPosition(start)));
            s.inParallel(nodes.size(), i -> nodes.get(i).publish(topic, s.event("key-" + i), PublishOptions.DEFAULT));
            s.awaitAcknowledged();
            assertThat(s.awaitHandled(topic, s.group()).handled()).isEqualTo(nodes.size());
            Topic published = s.topic("p" + s.ledger().publications().size());
            s.inParallel(
                    nodes.size(), i -> nodes.get(i).publish(published, s.event("key-" + i), PublishOptions.DEFAULT));
            s.awaitAcknowledged();
            assertThat(s.broker().topology().groups(topic))
                    .containsExactly(s.broker().durableName(s.group(), topic));
        }
    }

    @Behaviour("C044")
    @Tag("C044")
    void everyoneWhoWaitsForATopicLearnsThatItCannotBeMade() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.withTopology(Topology.VALIDATE));
        s.inParallel(8, i -> {
            if (i % 2 == 0) {
                node.publish(s.event("key-" + i));
            } else {
                assertThatThrownBy(() -> node.bus().subscribe(s.spec().build(), delivery -> {
                            throw new AssertionError("nothing can come");
                        }))
                        .isInstanceOf(TopologyException.class);
            }
        });
        s.awaitPublished();
        for (Publication publication : s.ledger().publications()) {
            EventBusException error = publication.failure().error();
            assertThat(error).hasMessageContaining(s.topic().name());
            assertThat(error.retriable()).isFalse();
        }
    }

    @Behaviour("C045")
    @Tag("C045")
    void servicesThatAddTopicsToOneStoreDoNotDisturbEachOther() {
        Scenario s = scenario();
        int topics = 8;
        String store = "kit-" + UUID.randomUUID();
        List<Node> services = List.of(
                s.connect(KitOptions.DEFAULT.withSharedStore(store)),
                s.connect(KitOptions.DEFAULT.withSharedStore(store)));
        s.inParallel(services.size(), service -> {
            for (int i = 0; i < topics; i++) {
                Topic topic = s.topic("s" + service + ".t" + i);
                Node node = services.get(service);
                if (i % 2 == 0) {
                    node.subscribe(s.spec(topic, s.group()));
                }
                node.publish(topic, s.event("key"), PublishOptions.DEFAULT);
            }
        });
        s.awaitAcknowledged();
        for (int service = 0; service < services.size(); service++) {
            for (int i = 0; i < topics; i++) {
                Topic topic = s.topic("s" + service + ".t" + i);
                assertThat(s.broker().topology().exists(topic)).as(topic.name()).isTrue();
                services.get(1 - service).publish(topic, s.event("key"), PublishOptions.DEFAULT);
                if (i % 2 != 0) {
                    services.get(service).subscribe(s.spec(topic, s.group()));
                }
            }
        }
        s.awaitAcknowledged();
        for (Reading reading : s.ledger().readings()) {
            assertThat(s.awaitHandled(reading.topic(), reading.group()).handled())
                    .as(reading.toString())
                    .isEqualTo(2);
        }
    }

    @Behaviour("C046")
    @Tag("C046")
    void groupGetsOnlyTheEventsOfItsTopicFromASharedStore() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.withSharedStore("kit-" + UUID.randomUUID()));
        List<Topic> topics = List.of(
                s.topic(), s.topic("a"), s.topic("a.b"), s.topic("a.b.c"), s.topic("A"), s.topic("a-b"), s.topic("b"));
        for (Topic topic : topics) {
            node.subscribe(s.spec(topic, s.group()));
        }
        for (int i = 0; i < 20; i++) {
            for (Topic topic : topics) {
                node.publish(topic, s.event("key-" + i % 3), PublishOptions.DEFAULT);
            }
        }
        for (Topic topic : topics) {
            Reading reading = s.awaitHandled(topic, s.group());
            assertThat(reading.starts()).as(topic.name()).isEqualTo(20);
            assertThat(s.ledger().foreign(reading)).isEmpty();
        }
    }

    @Behaviour("C047")
    @Tag("C047")
    void existingLargerLimitsAreNeverReduced() {
        Scenario s = scenario();
        TopologyWindow broker = s.broker().topology();
        broker.makeLarger(s.topic());
        Map<String, String> before = broker.settings(s.topic());
        for (int i = 0; i < 2; i++) {
            Node node = s.connect();
            node.publish(s.events(20, 5));
            node.subscribe(s.spec());
            s.awaitHandled();
            node.close();
        }
        assertThat(broker.settings(s.topic())).isEqualTo(before);
    }

    @Behaviour("C048")
    @Tag("C048")
    void durableNamesCollideForNoPairOfLegalNames() {
        Scenario s = scenario();
        Map<String, String> pairs = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            // Few characters and short names, so that a name that only glues the two together would soon be met twice.
            String group = name(s.random(), "aA0-_", "aA0-_", 4);
            Topic topic = Topic.of(name(s.random(), "aA0", "aA0-_.", 6));
            String pair = group + " " + topic;
            String durable = s.broker().durableName(group, topic);
            assertThat(s.broker().durableName(group, topic)).isEqualTo(durable);
            String other = pairs.putIfAbsent(durable, pair);
            if (other != null) {
                assertThat(pair).as("the pair named " + durable + " too").isEqualTo(other);
            }
        }
        assertThat(pairs).as("different pairs tried").hasSizeGreaterThan(10_000);
    }

    private static String name(Random random, String first, String others, int longest) {
        StringBuilder name = new StringBuilder().append(first.charAt(random.nextInt(first.length())));
        int length = 1 + random.nextInt(longest);
        while (name.length() < length) {
            char next = others.charAt(random.nextInt(others.length()));
            boolean last = name.length() == length - 1;
            if (next != '.' || !last && name.charAt(name.length() - 1) != '.') {
                name.append(next);
            }
        }
        return name.toString();
    }

    @Behaviour("C048")
    @Tag("C048")
    void groupsAndTopicsOfSimilarNamesAreKeptApartOnTheBroker() {
        Scenario s = scenario();
        Node node = s.connect();
        String longestGroup = "g".repeat(SubscriptionSpec.MAX_GROUP_LENGTH);
        Topic longest = Topic.of(
                s.topic() + "." + "x".repeat(Topic.MAX_LENGTH - s.topic().name().length() - 1));
        Map<Topic, List<String>> groups = Map.of(
                s.topic("a"),
                List.of("g", "G", "g-a", "g_a"),
                s.topic("A"),
                List.of("g", longestGroup),
                s.topic("a-b"),
                List.of("g"),
                longest,
                List.of("g", longestGroup));
        groups.forEach((topic, names) ->
                names.forEach(group -> node.subscribe(s.spec(topic, group).deadLetterTopic(s.topic("dead")))));
        for (Topic topic : groups.keySet()) {
            node.publish(topic, s.event("key"), PublishOptions.DEFAULT);
        }
        groups.forEach((topic, names) -> {
            for (String group : names) {
                assertThat(s.awaitHandled(topic, group).starts())
                        .as(group + " on " + topic)
                        .isEqualTo(1);
            }
            assertThat(s.broker().topology().groups(topic)).hasSize(names.size());
        });
    }

    @Behaviour("C048")
    @Tag("C048")
    void topicsThatDifferInDotAndUnderscoreAreKeptApartOrTheSecondIsRefused() {
        Scenario s = scenario();
        Node node = s.connect();
        Topic dot = s.topic("u.v");
        Topic underscore = s.topic("u_v");
        node.subscribe(s.spec(dot, s.group()));
        node.publish(dot, s.event("key"), PublishOptions.DEFAULT);
        if (s.broker().collide(dot, underscore)) {
            String why = assertRefused(s, node, underscore);
            assertThat(why).contains(dot.name());
            assertThat(s.broker().topology().exists(underscore)).isFalse();
        } else {
            node.subscribe(s.spec(underscore, s.group()));
            node.publish(underscore, s.event("key"), PublishOptions.DEFAULT);
            assertThat(s.awaitHandled(underscore, s.group()).starts()).isEqualTo(1);
        }
        assertThat(s.awaitHandled(dot, s.group()).starts()).isEqualTo(1);
    }
}
