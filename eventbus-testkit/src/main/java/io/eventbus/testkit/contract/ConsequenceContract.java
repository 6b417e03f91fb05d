package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Delivery;
import io.eventbus.api.Envelope;
import io.eventbus.api.Headers;
import io.eventbus.api.Outcome;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section C: what events inherit from those that caused them. */
@DisplayName("C. consequences")
abstract class ConsequenceContract extends ContractSection {

    /** What the wire format itself needs; everything else below the bus's prefix belongs to one delivery. */
    private static final Set<String> WIRE = Set.of(
            "x-eventbus-format", "x-eventbus-encoding", "x-eventbus-size", "x-eventbus-null", "x-eventbus-escaped");

    ConsequenceContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C032")
    @Tag("C032")
    void internalHeadersOfADeliveryAreNotPublishedAgain() {
        Scenario s = scenario();
        Node node = s.connect();
        Topic dead = s.topic("dead");
        Topic out = s.topic("out");
        node.subscribe(s.spec().deadLetterTopic(dead), delivery -> {
            if (delivery.attempt() == 1) {
                return Outcome.retry();
            }
            republish(node, out, delivery);
            return Outcome.deadLetter("the kit wants it dead");
        });
        node.bus().subscribe(SubscriptionSpec.builder(dead, s.group()).build(), delivery -> {
            republish(node, out, delivery);
            s.ledger().deadLettered(delivery);
            return Outcome.ack();
        });
        node.publish(s.event("key").toBuilder().header("x-mine", "M\u00fcller").build());
        node.publish(s.event(null).toBuilder()
                .contentType("text/plain")
                .payload("x".repeat(4 * 1024))
                .build());
        try (WireView wire = new WireView(s.broker())) {
            List<Headers> letters = wire.read(dead);
            List<Headers> published = wire.read(out);
            s.await("both letters and all consequences are stored", () -> letters.size() == 2 && published.size() == 4);
            assertThat(letters)
                    .as("the look would see them")
                    .allSatisfy(headers ->
                            assertThat(headers.contains("X-Eventbus-Dlq-Topic")).isTrue());
            for (Headers headers : published) {
                headers.forEach((name, value) -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    assertThat(lower.startsWith("x-eventbus-") && !WIRE.contains(lower))
                            .as("published again: " + name)
                            .isFalse();
                });
            }
        }
    }

    private static void republish(Node node, Topic to, Delivery delivery) {
        Envelope same = delivery.envelope().toBuilder()
                .eventId(UUID.randomUUID().toString())
                .build();
        node.publish(to, same, PublishOptions.DEFAULT);
    }

    @Behaviour("C034")
    @Tag("C034")
    void consequencesNameTheirCauseAndKeepTraceAndCorrelation() {
        Scenario s = scenario();
        Node node = s.connect(KitOptions.DEFAULT.with("keyed-workers", 2));
        Topic next = s.topic("next");
        Topic last = s.topic("last");
        node.subscribe(s.spec(), delivery -> {
            node.publish(next, s.event(delivery.envelope().aggregateId()), PublishOptions.DEFAULT);
            return Outcome.ack();
        });
        node.subscribe(s.spec(next, s.group()), delivery -> {
            republish(node, last, delivery);
            return Outcome.ack();
        });
        node.subscribe(s.spec(last, s.group()));
        for (int i = 0; i < 20; i++) {
            Envelope.Builder event = s.event("key-" + i % 5).toBuilder();
            if (i % 2 == 0) {
                event.traceId("trace-" + i).correlationId("correlation-" + i);
            }
            node.publish(event.build());
        }
        s.awaitHandled();
        EventsById causes = EventsById.of(s.reading());
        EventsById consequences = EventsById.of(s.awaitHandled(next, s.group()));
        assertThat(consequences.size()).isEqualTo(20);
        consequences.all().forEach(event -> assertInherited(event, causes));
        EventsById furtherOnes = EventsById.of(s.awaitHandled(last, s.group()));
        assertThat(furtherOnes.size()).isEqualTo(20);
        furtherOnes.all().forEach(event -> assertInherited(event, consequences));
        assertThat(consequences.all())
                .as("each event caused one")
                .extracting(ConsequenceContract::cause)
                .containsExactlyInAnyOrderElementsOf(causes.ids());
    }

    private static void assertInherited(Envelope event, EventsById causes) {
        Envelope cause = causes.get(cause(event));
        assertThat(event.aggregateId()).isEqualTo(cause.aggregateId());
        assertThat(event.traceId()).isEqualTo(cause.traceId());
        assertThat(event.correlationId())
                .isEqualTo(cause.correlationId() == null ? cause.eventId() : cause.correlationId());
        assertThat(event.headers().all(Headers.CAUSATION_ID)).hasSize(1);
    }

    @Behaviour("C034")
    @Tag("C034")
    void whatIsSetByHandOrPublishedElsewhereInheritsNothing() {
        Scenario s = scenario();
        Node node = s.connect();
        Node other = s.connect();
        Topic out = s.topic("out");
        Envelope own = s.event("own").toBuilder()
                .traceId("own trace")
                .correlationId("own correlation")
                .header(Headers.CAUSATION_ID, "own cause")
                .header(Headers.TENANT_ID, "own tenant")
                .build();
        Envelope onOtherBus = s.event("on another bus");
        Envelope onOtherThread = s.event("on another thread");
        Envelope derived = s.event("on another thread, derived");
        Envelope outside = s.event("outside");
        node.subscribe(s.spec(), delivery -> {
            node.publish(out, own, PublishOptions.DEFAULT);
            other.publish(out, onOtherBus, PublishOptions.DEFAULT);
            s.inParallel(1, i -> {
                node.publish(out, onOtherThread, PublishOptions.DEFAULT);
                node.publish(out, delivery.consequence(derived), PublishOptions.DEFAULT);
            });
            return Outcome.ack();
        });
        Envelope cause = s.event("cause").toBuilder()
                .correlationId("the correlation")
                .header(Headers.TENANT_ID, "acme")
                .build();
        node.publish(cause);
        s.awaitHandled();
        node.publish(out, outside, PublishOptions.DEFAULT);
        node.subscribe(s.spec(out, s.group()));
        EventsById arrived = EventsById.of(s.awaitHandled(out, s.group()));
        assertThat(arrived.size()).isEqualTo(5);
        assertThat(arrived.get(own.eventId())).isEqualTo(own);
        assertThat(arrived.get(onOtherThread.eventId())).isEqualTo(onOtherThread);
        assertThat(arrived.get(outside.eventId())).isEqualTo(outside);
        for (Envelope event : List.of(onOtherBus, derived)) {
            Envelope consequence = arrived.get(event.eventId());
            assertThat(cause(consequence)).isEqualTo(cause.eventId());
            assertThat(consequence.correlationId()).isEqualTo("the correlation");
            assertThat(consequence.headers().first(Headers.TENANT_ID)).isEqualTo("acme");
        }
    }

    @Behaviour("C035")
    @Tag("C035")
    void tenantIsOnEveryConsequenceDeadLettersIncluded() {
        Scenario s = scenario();
        Node node = s.connect();
        Topic dead = s.topic("dead");
        Topic out = s.topic("out");
        Topic replayed = s.topic("replayed");
        EventsById letters = new EventsById();
        EventsById replays = new EventsById();
        node.subscribe(s.spec().deadLetterTopic(dead), delivery -> {
            node.publish(out, s.event("consequence"), PublishOptions.DEFAULT);
            return Outcome.deadLetter("the kit wants it dead");
        });
        node.bus().subscribe(SubscriptionSpec.builder(dead, s.group()).build(), delivery -> {
            letters.add(delivery.envelope());
            node.publish(out, s.event("consequence of a dead letter"), PublishOptions.DEFAULT);
            node.bus().publish(replayed, delivery.envelope(), result -> {});
            s.ledger().deadLettered(delivery);
            return Outcome.ack();
        });
        node.bus().subscribe(SubscriptionSpec.builder(replayed, s.group()).build(), delivery -> {
            node.publish(out, s.event("consequence of a replay"), PublishOptions.DEFAULT);
            replays.add(delivery.envelope());
            return Outcome.ack();
        });
        Envelope event = s.event("key").toBuilder()
                .correlationId("the correlation")
                .traceId("the trace")
                .header(Headers.TENANT_ID, "M\u00fcller & S\u00f6hne")
                .build();
        node.publish(event);
        s.await("it is replayed", () -> replays.size() == 1);
        assertThat(letters.get(event.eventId())).isEqualTo(event);
        assertThat(replays.get(event.eventId())).isEqualTo(event);
        node.subscribe(s.spec(out, s.group()));
        Reading reading = s.awaitHandled(out, s.group());
        assertThat(reading.handled()).isEqualTo(3);
        for (Envelope consequence : EventsById.of(reading).all()) {
            assertThat(consequence.headers().all(Headers.TENANT_ID)).containsExactly("M\u00fcller & S\u00f6hne");
            assertThat(consequence.correlationId()).isEqualTo("the correlation");
            assertThat(consequence.traceId()).isEqualTo("the trace");
            assertThat(cause(consequence)).isEqualTo(event.eventId());
        }
    }

    private static @Nullable String cause(Envelope event) {
        return event.headers().first(Headers.CAUSATION_ID);
    }
}
