package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.Capability;
import io.eventbus.api.Envelope;
import io.eventbus.api.Health;
import io.eventbus.api.InvalidInputException;
import io.eventbus.api.Outcome;
import io.eventbus.api.Payload;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishException.Reason;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishResult.Acknowledged;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.PayloadTranscoder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section A: publish and subscribe basics. */
@DisplayName("A. publish and subscribe")
abstract class PublishSubscribeContract extends ContractSection {

    PublishSubscribeContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C001")
    @Tag("C001")
    void eventsPublishedBeforeAndWhileSubscribedArriveAsTheyWere() {
        Scenario s = scenario();
        Node node = s.connect();
        for (int i = 0; i < 50; i++) {
            node.publish(richEvent(s, i));
        }
        node.subscribe(s.spec());
        for (int i = 50; i < 100; i++) {
            node.publish(richEvent(s, i));
        }
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(100);
        assertThat(s.ledger().altered(reading)).as("altered on the way").isEmpty();
    }

    @Behaviour("C002")
    @Tag("C002")
    void emptyOneByteAndAbsentPayloadsAreToldApart() {
        Scenario s = scenario();
        for (String format : List.of("json", "binary")) {
            Node node = s.connect(KitOptions.DEFAULT.with("wire-format", format));
            node.publish(s.event("empty").toBuilder().payload(Payload.empty()).build());
            node.publish(s.event("one").toBuilder().payload(new byte[] {0}).build());
            node.publish(s.event("null").toBuilder().payload((Payload) null).build());
            node.publish(s.event(null).toBuilder().payload((Payload) null).build());
            node.subscribe(s.spec(s.topic(), s.group() + "-" + format));
            Reading reading = s.awaitHandled(s.topic(), s.group() + "-" + format);
            assertThat(s.ledger().altered(reading)).as("altered in " + format).isEmpty();
        }
    }

    @Behaviour("C003")
    @Tag("C003")
    void payloadBelowTheLimitArrivesAndAboveItIsRefusedByName() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.with("max-payload-bytes", "512KiB"));
        assertLimit(s, node, "configured");
        Node unlimited = s.connect();
        if (unlimited.bus().capabilities().maxPayloadBytes() <= 16L * 1024 * 1024) {
            assertLimit(s, unlimited, "the broker's");
        }
        node.subscribe(s.spec());
        assertThat(s.ledger().altered(s.awaitHandled())).isEmpty();
    }

    private static void assertLimit(Scenario s, Node node, String which) {
        int limit = Math.toIntExact(node.bus().capabilities().maxPayloadBytes());
        Publication fits = node.publish(bigEvent(s, limit - 1));
        Publication tooLarge = node.publish(bigEvent(s, limit + 1));
        s.awaitPublished();
        assertThat(fits.results())
                .as("one byte below " + which + " limit " + limit)
                .hasOnlyElementsOfType(Acknowledged.class);
        assertThat(tooLarge.failure())
                .as("one byte above " + which + " limit " + limit)
                .isNotNull()
                .satisfies(failure -> {
                    assertThat(failure.retriable()).isFalse();
                    assertThat(failure.error()).isInstanceOf(PublishException.class);
                    assertThat(((PublishException) failure.error()).reason()).isEqualTo(Reason.TOO_LARGE);
                    assertThat(failure.error()).hasMessageContaining(Integer.toString(limit));
                });
    }

    private static Envelope bigEvent(Scenario s, int size) {
        return s.event("big").toBuilder()
                .contentType("application/octet-stream")
                .payload(s.bytes(size))
                .build();
    }

    @Behaviour("C004")
    @Tag("C004")
    void subscriberOfOneTopicNeverReceivesFromAnother() {
        Scenario s = scenario();
        Node node = s.connect();
        int topics = 20;
        s.inParallel(topics, i -> {
            node.subscribe(s.spec(s.topic("t" + i), s.group()));
            for (int n = 0; n < 50; n++) {
                node.publish(s.topic("t" + i), s.event("key-" + n % 5), PublishOptions.DEFAULT);
            }
        });
        for (int i = 0; i < topics; i++) {
            Reading reading = s.awaitHandled(s.topic("t" + i), s.group());
            assertThat(reading.handled()).isEqualTo(50);
            assertThat(s.ledger().foreign(reading)).isEmpty();
        }
    }

    @Behaviour("C005")
    @Tag("C005")
    void fiftyPublishersAndFiftySubscribersOfOneGroupLoseNothing() {
        Scenario s = scenario();
        List<Node> nodes = List.of(s.connect(), s.connect(), s.connect());
        boolean ordered = s.has(Capability.SHARED_ORDERED_GROUP);
        s.inParallel(50, i -> nodes.get(i % nodes.size()).subscribe(ordered && i % 2 == 0 ? s.spec() : s.unordered()));
        s.inParallel(50, i -> {
            for (int n = 0; n < 100; n++) {
                nodes.get(i % nodes.size()).publish(s.event("publisher-" + i));
            }
        });
        s.awaitAcknowledged();
        assertThat(s.awaitHandled().handled()).isEqualTo(5_000);
    }

    @Behaviour("C006")
    @Tag("C006")
    void subscriptionsOfOneGroupShareItsEvents() {
        Scenario s = scenario();
        Node one = s.connect();
        Node two = s.connect();
        share(s, one, two, s.unordered(), s.unordered());
    }

    @Behaviour("C006")
    @Tag("C006")
    @RequiresCapability(Capability.SHARED_ORDERED_GROUP)
    void orderedSubscriptionsOfOneGroupShareItsAggregates() {
        Scenario s = scenario();
        Node one = s.connect();
        Node two = s.connect();
        share(s, one, two, s.spec(), s.spec());
        assertThat(s.ledger().reordered(s.reading())).isEmpty();
        assertThat(s.reading().overlaps()).as(OVERLAPS).isEmpty();
    }

    private static void share(
            Scenario s, Node one, Node two, SubscriptionSpec.Builder first, SubscriptionSpec.Builder second) {
        Set<String> workers = ConcurrentHashMap.newKeySet();
        one.subscribe(first.maxInFlight(10), delivery -> {
            workers.add("one");
            return Outcome.ack();
        });
        two.subscribe(second.maxInFlight(10), delivery -> {
            workers.add("two");
            return Outcome.ack();
        });
        s.await("both take part", () -> {
            for (int i = 0; i < 100; i++) {
                one.publish(s.event("key-" + i));
            }
            s.awaitHandled();
            return workers.size() == 2;
        });
        Reading reading = s.reading();
        assertThat(reading.starts()).as("no event is handled by both").isEqualTo(reading.handled());
    }

    @Behaviour("C007")
    @Tag("C007")
    void everyGroupGetsEveryEvent() {
        Scenario s = scenario();
        Node node = s.connect();
        node.subscribe(s.spec(s.topic(), "billing"));
        s.connect().subscribe(s.spec(s.topic(), "shipping"));
        node.publish(s.events(300, 10));
        assertThat(s.awaitHandled(s.topic(), "billing").handled()).isEqualTo(300);
        assertThat(s.awaitHandled(s.topic(), "shipping").handled()).isEqualTo(300);
    }

    @Behaviour("C008")
    @Tag("C008")
    void eventsThatNobodySubscribesToAreAcknowledged() {
        Scenario s = scenario();
        Node node = s.connect();
        node.publish(s.events(50, 5));
        s.awaitAcknowledged();
        assertThat(node.bus().health().status()).isEqualTo(Health.Status.UP);
    }

    @Behaviour("C009")
    @Tag("C009")
    @RequiresCapability(Capability.WILDCARD)
    void patternGetsExactlyTheMatchingTopics() {
        throw new AssertionError("the api has no patterns yet, so no adapter can declare " + Capability.WILDCARD);
    }

    @Behaviour("C010")
    @Tag("C010")
    void illegalTopicNamesAreRefusedAndLegalOnesWork() {
        String tooLong = "a".repeat(Topic.MAX_LENGTH + 1);
        List<String> illegal = List.of(
                "",
                ".",
                "a.",
                ".a",
                "a..b",
                "_a",
                "-a",
                "$a",
                "a b",
                "a\tb",
                "a/b",
                "a*",
                "a.>",
                "a,b",
                "a:b",
                "\u00fcber",
                tooLong);
        for (String name : illegal) {
            assertThatThrownBy(() -> Topic.of(name))
                    .as("topic '" + name + "'")
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("topic");
        }
        Scenario s = scenario();
        Node node = s.connect();
        String longest = s.topic() + ".";
        longest += "x".repeat(Topic.MAX_LENGTH - longest.length());
        for (Topic legal : List.of(Topic.of(longest), s.topic("MiXed-Case_9.0"), s.topic("a.b.c.d.e"))) {
            node.publish(legal, s.event("key"), PublishOptions.DEFAULT);
            node.subscribe(s.spec(legal, s.group()).deadLetterTopic(s.topic("dead")));
            assertThat(s.awaitHandled(legal, s.group()).handled())
                    .as("on topic " + legal)
                    .isEqualTo(1);
        }
    }

    @Behaviour("C011")
    @Tag("C011")
    void handlerMayPublishAndWaitWhilePoolsAreOfSizeOne() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT
                .with("keyed-workers", 1)
                .with("global-workers", 1)
                .with("callback-threads", 1)
                .with("max-in-flight", 2));
        Topic out = s.topic("out");
        node.subscribe(s.spec(), delivery -> {
            Publication consequence =
                    node.publish(out, s.event(delivery.envelope().aggregateId()), PublishOptions.DEFAULT);
            consequence.awaitSettled(Duration.ofSeconds(20));
            return Outcome.ack();
        });
        node.subscribe(s.spec(out, s.group()));
        node.publish(s.events(40, 4));
        node.publish(s.eventsOf(null, 10));
        assertThat(s.awaitHandled().handled()).isEqualTo(50);
        assertThat(s.awaitHandled(out, s.group()).handled()).isEqualTo(50);
    }

    @Behaviour("C012")
    @Tag("C012")
    void subscriptionThatWantsAnotherContentTypeGetsItTranscoded() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.transcoding(new Shout()));
        Envelope event = s.event("key").toBuilder()
                .contentType("text/x-quiet")
                .payload("hello")
                .build();
        node.publish(event);
        node.subscribe(s.spec());
        node.subscribe(s.spec(s.topic(), "loud").acceptContentType("text/x-loud"));
        Envelope loud = onlyEvent(s.awaitHandled(s.topic(), "loud"));
        assertThat(loud.contentType()).isEqualTo("text/x-loud");
        assertThat(loud.payload()).isEqualTo(Payload.of("HELLO"));
        assertThat(onlyEvent(s.awaitHandled())).isEqualTo(event);
    }

    private static Envelope onlyEvent(Reading reading) {
        assertThat(reading.handlings()).hasSize(1);
        return reading.handlings().get(0).delivery().envelope();
    }

    /** A transcoder that makes text loud. */
    private static final class Shout implements PayloadTranscoder {
        @Override
        public String from() {
            return "text/x-quiet";
        }

        @Override
        public String to() {
            return "text/x-loud";
        }

        @Override
        public Payload transcode(Payload payload) {
            return Payload.of(payload.asText().toUpperCase(Locale.ROOT));
        }
    }

    private static Envelope richEvent(Scenario s, int i) {
        return Envelope.builder("kit.Rich" + i % 7)
                .aggregateId(i % 10 == 0 ? null : "aggregate " + i % 13)
                .eventVersion(i)
                .traceId(i % 3 == 0 ? null : "trace-" + i)
                .correlationId(i % 4 == 0 ? null : "correlation-" + i)
                .header("x-plain", "value " + i)
                .header("X-Umlaut", "M\u00fcller \u2713 100 % \"quoted\"")
                .header("x-many", "first")
                .header("x-many", "second")
                .contentType("application/octet-stream")
                .payload(s.bytes(s.random().nextInt(8 * 1024)))
                .build();
    }
}
