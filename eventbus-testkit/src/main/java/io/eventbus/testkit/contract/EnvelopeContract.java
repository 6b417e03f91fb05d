package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.Envelope;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Headers;
import io.eventbus.api.InvalidInputException;
import io.eventbus.api.Outcome;
import io.eventbus.api.Payload;
import io.eventbus.api.PublishException;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section C: envelope and headers on their way through a broker. */
@DisplayName("C. envelope and headers")
abstract class EnvelopeContract extends ContractSection {

    private static final List<String> FORMATS = List.of("json", "binary");

    EnvelopeContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C027")
    @Tag("C027")
    void attributesArriveAsTheyWereAndAbsentOnesStayAbsent() {
        Scenario s = scenario();
        for (String format : FORMATS) {
            Node node = s.connect(KitOptions.DEFAULT.with("wire-format", format));
            node.publish(complete(s));
            node.publish(Envelope.builder("kit.Bare").build());
            node.publish(Envelope.builder("kit.Bare").traceId("only a trace").build());
            node.publish(Envelope.builder("kit.Bare")
                    .correlationId("only a correlation")
                    .build());
            node.publish(Envelope.builder("kit.Bare").aggregateId("only a key").build());
            node.publish(
                    Envelope.builder("kit.Bare").header("x-only-an-empty", "").build());
        }
        s.connect().subscribe(s.spec());
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(2 * 6);
        assertThat(s.ledger().altered(reading)).as("altered on the way").isEmpty();
        for (Handling run : reading.handlings()) {
            Envelope arrived = run.delivery().envelope();
            Envelope published = s.ledger().publication(arrived.eventId()).envelope();
            assertThat(arrived.aggregateId() == null).isEqualTo(published.aggregateId() == null);
            assertThat(arrived.traceId() == null).isEqualTo(published.traceId() == null);
            assertThat(arrived.correlationId() == null).isEqualTo(published.correlationId() == null);
            assertThat(arrived.headers().size()).isEqualTo(published.headers().size());
        }
        assertThatThrownBy(() -> Envelope.builder("kit.Empty").traceId("").build())
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Envelope.builder("kit.Empty").correlationId("").build())
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Envelope.builder("kit.Empty").aggregateId("").build())
                .isInstanceOf(InvalidInputException.class);
    }

    private static Envelope complete(Scenario s) {
        return Envelope.builder("kit.Complete M\u00fcller")
                .eventId("id \u2713 " + UUID.randomUUID())
                .aggregateId("aggregate/\u6f22\u5b57 100 %")
                .eventVersion(Integer.MAX_VALUE)
                .timestamp(Instant.parse("2026-01-31T23:59:59.123456Z"))
                .traceId("trace \ud83d\ude00")
                .correlationId("correlation, with a comma")
                .header("x-one", "1")
                .header("x-two", "2")
                .contentType("application/x-kit; charset=\"utf-8\"")
                .payload(s.bytes(100))
                .build();
    }

    @Behaviour("C028")
    @Tag("C028")
    void headerValuesOfAnyTextArriveAsTheyWere() {
        List<String> texts = List.of(
                "",
                " ",
                "  spaces at both ends ",
                "100 % sure, %41 is no A, %zz",
                "\"double\" and 'single' quotes, back\\slash; semi:colon",
                "carriage return\r\nline feed\n\rInjected-Header: yes",
                "tab\tand nul\u0000 and escape\u001b and delete\u007f",
                "M\u00fcller \u2713 \u6f22\u5b57 \u00a0 \u0085 \u2028 \ufeff",
                "\ud83d\ude00 beyond the basic plane",
                "=?utf-8?Q?=C3=BC?=",
                "a".repeat(8 * 1024),
                "\u00fc".repeat(8 * 1024));
        Scenario s = scenario();
        for (String format : FORMATS) {
            Node node = s.connect(KitOptions.DEFAULT.with("wire-format", format));
            for (String text : texts) {
                node.publish(s.event("key").toBuilder().header("x-text", text).build());
            }
            node.publish(s.event("key").toBuilder()
                    .header("x-plain", "plain")
                    .header("x-text", texts.get(5))
                    .header("x-text", texts.get(7))
                    .build());
        }
        s.connect().subscribe(s.spec());
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(2 * (texts.size() + 1));
        assertThat(s.ledger().altered(reading)).as("altered on the way").isEmpty();
        assertThat(reading.handlings())
                .as("no text became a header")
                .allSatisfy(
                        run -> assertThat(run.delivery().envelope().headers().contains("Injected-Header"))
                                .isFalse());
    }

    @Behaviour("C028")
    @Tag("C028")
    void headerValuesThatAreNoTextAreRefusedTerminally() {
        Scenario s = scenario();
        Node node = s.connect();
        List<Publication> refused = new ArrayList<>();
        for (String half : List.of("\ud83d", "x\ude00", "\ude00\ud83d")) {
            refused.add(node.publish(
                    s.event("key").toBuilder().header("x-half", half).build()));
        }
        s.awaitPublished();
        for (Publication publication : refused) {
            assertThat(publication.failure().error())
                    .isInstanceOfSatisfying(
                            PublishException.class,
                            error -> assertThat(error.reason()).isEqualTo(PublishException.Reason.NOT_ENCODABLE))
                    .hasMessageContaining("x-half");
        }
        assertThatThrownBy(() -> s.event("key").toBuilder().header("x-long", "x".repeat(Headers.MAX_VALUE_LENGTH + 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("x-long");
    }

    @Behaviour("C029")
    @Tag("C029")
    void headersAreFoundWhateverTheCaseOfTheirNames() {
        Scenario s = scenario();
        Node node = s.connect();
        node.publish(
                s.event("key").toBuilder().header("X-MiXed-Name.2", "found").build());
        node.subscribe(s.spec());
        Headers headers =
                s.awaitHandled().handlings().get(0).delivery().envelope().headers();
        for (String name : List.of("X-MiXed-Name.2", "x-mixed-name.2", "X-MIXED-NAME.2")) {
            assertThat(headers.first(name)).as(name).isEqualTo("found");
            assertThat(headers.all(name)).as(name).containsExactly("found");
            assertThat(headers.contains(name)).as(name).isTrue();
        }
        assertThat(headers.first("X-MiXed-Name")).isNull();
        assertThat(headers.name(0)).as("the case as given").isEqualTo("X-MiXed-Name.2");
    }

    @Behaviour("C030")
    @Tag("C030")
    void valuesOfOneNameKeepTheirOrder() {
        Scenario s = scenario();
        Node node = s.connect();
        List<String> plain = List.of("3", "1", "2", "1", "", "a,b", "c; d");
        List<String> escaped = List.of("3", "M\u00fcller", "2", "100 %", "", " x ", "2");
        String[] cases = {"x-many", "X-Many", "X-MANY", "x-many"};
        Envelope.Builder event = s.event("key").toBuilder();
        for (int i = 0; i < plain.size(); i++) {
            event.header(cases[i % cases.length], plain.get(i));
            event.header("x-between-" + i % 2, Integer.toString(i));
            event.header("y-many", escaped.get(i));
        }
        node.publish(event.build());
        node.subscribe(s.spec());
        Reading reading = s.awaitHandled();
        Headers headers = reading.handlings().get(0).delivery().envelope().headers();
        assertThat(headers.all("x-many")).isEqualTo(plain);
        assertThat(headers.all("Y-MANY")).isEqualTo(escaped);
        assertThat(headers.all("x-between-0")).containsExactly("0", "2", "4", "6");
        assertThat(s.ledger().altered(reading)).isEmpty();
    }

    @Behaviour("C031")
    @Tag("C031")
    void reservedHeaderNamesAreRefusedAndSimilarOnesAreNot() {
        List<String> reserved = List.of(
                "ce_id",
                "ce_",
                "ce-type",
                "ce-x-mine",
                "Nats-Msg-Id",
                "Nats-Expected-Stream",
                "nats-x",
                "x-eventbus-format",
                "x-eventbus-dlq-topic",
                "x-eventbus-attempt",
                "x-eventbus-");
        for (String name : reserved) {
            for (String written : List.of(name, name.toLowerCase(Locale.ROOT), name.toUpperCase(Locale.ROOT))) {
                assertThatThrownBy(() -> Envelope.builder("kit.Reserved").header(written, "v"))
                        .as(written)
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining(written);
                assertThatThrownBy(() -> Envelope.builder("kit.Reserved").headers(Headers.of(written, "v")))
                        .as(written)
                        .isInstanceOf(InvalidInputException.class);
            }
        }
        Scenario s = scenario();
        Node node = s.connect();
        Envelope.Builder similar = s.event("key").toBuilder();
        for (String name :
                List.of("ce", "ce.id", "cex-id", "nats", "natsy-id", "x-eventbus", "x-eventbusy-id", "my-ce-id")) {
            similar.header(name, name);
        }
        node.publish(similar.build());
        node.subscribe(s.spec());
        assertThat(s.ledger().altered(s.awaitHandled())).isEmpty();
    }

    @Behaviour("C033")
    @Tag("C033")
    void timesKeepTheirMicroseconds() {
        List<Instant> times = List.of(
                Instant.EPOCH,
                Instant.parse("1969-12-31T23:59:59.999999Z"),
                Instant.parse("0000-01-01T00:00:00Z"),
                Instant.parse("0999-02-28T12:00:00.000001Z"),
                Instant.parse("2024-02-29T23:59:59.100Z"),
                Instant.parse("2026-06-30T12:30:15.123456Z"),
                Instant.parse("2026-06-30T12:30:15.999999999Z"),
                OffsetDateTime.parse("2026-03-29T02:30:00.5+13:45").toInstant(),
                Instant.parse("9999-12-31T23:59:59.999999Z"));
        Scenario s = scenario();
        for (String format : FORMATS) {
            Node node = s.connect(KitOptions.DEFAULT.with("wire-format", format));
            for (Instant time : times) {
                node.publish(s.event("key").toBuilder().timestamp(time).build());
            }
            for (int i = 0; i < 50; i++) {
                Instant random = Instant.ofEpochSecond(s.random().nextLong(0, 4_000_000_000L))
                        .plusNanos(s.random().nextInt(1_000_000_000));
                node.publish(s.event("key").toBuilder().timestamp(random).build());
            }
            Publication tooLate = node.publish(s.event("key").toBuilder()
                    .timestamp(Instant.parse("+10000-01-01T00:00:00Z"))
                    .build());
            s.awaitPublished();
            assertThat(tooLate.failure().retriable()).isFalse();
        }
        s.connect().subscribe(s.spec());
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(2 * (times.size() + 50));
        assertThat(s.ledger().altered(reading)).as("altered on the way").isEmpty();
        assertThat(reading.handlings()).allSatisfy(run -> {
            Instant arrived = run.delivery().envelope().timestamp();
            assertThat(arrived).isEqualTo(arrived.truncatedTo(ChronoUnit.MICROS));
        });
    }

    @Behaviour("C036")
    @Tag("C036")
    void headersUnknownToTheBusSurviveBeingPassedOn() {
        Scenario s = scenario();
        Node node = s.connect();
        Topic passedOn = s.topic("passed");
        Topic derived = s.topic("derived");
        Topic foreignTopic = s.topic("foreign");
        EventHandler passOn = delivery -> {
            Envelope event = delivery.envelope();
            node.bus().publish(passedOn, event, result -> {});
            node.publish(
                    derived,
                    event.toBuilder().eventId(UUID.randomUUID().toString()).build(),
                    PublishOptions.DEFAULT);
            return Outcome.ack();
        };
        node.subscribe(s.spec(), passOn);
        node.bus().subscribe(SubscriptionSpec.builder(foreignTopic, s.group()).build(), passOn);
        EventsById arrived = new EventsById();
        SubscriptionSpec collecting =
                SubscriptionSpec.builder(passedOn, s.group()).build();
        node.bus().subscribe(collecting, delivery -> {
            arrived.add(delivery.envelope());
            return Outcome.ack();
        });
        node.subscribe(s.spec(derived, s.group()));
        Envelope event = s.event("key").toBuilder()
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .header("x-vendor-extension", "M\u00fcller, 100 %")
                .header("x-vendor-extension", "second")
                .header("x-empty", "")
                .header(Headers.CAUSATION_ID, "an earlier one")
                .build();
        node.publish(event);
        String foreign = "foreign-" + UUID.randomUUID();
        try (WireView wire = new WireView(s.broker())) {
            wire.write(
                    foreignTopic,
                    foreign,
                    Headers.of("Some-Other-Service", "its value", "x-vendor-extension", "literal %41"),
                    "{\"event_id\":\"" + foreign + "\",\"event_type\":\"kit.Foreign\",\"payload\":{\"a\":1}}");
            s.await("both are passed on", () -> arrived.size() == 2);
        }
        assertThat(arrived.get(event.eventId())).isEqualTo(event);
        Envelope fromForeign = arrived.get(foreign);
        assertThat(fromForeign.payload()).isEqualTo(Payload.of("{\"a\":1}"));
        assertThat(fromForeign.headers())
                .isEqualTo(Headers.of("Some-Other-Service", "its value", "x-vendor-extension", "literal %41"));
        Reading reading = s.awaitHandled(derived, s.group());
        assertThat(reading.handled()).isEqualTo(2);
        for (Handling run : reading.handlings()) {
            Headers headers = run.delivery().envelope().headers();
            assertThat(headers.first(Headers.CAUSATION_ID)).isIn(event.eventId(), foreign);
            Envelope cause = arrived.get(headers.first(Headers.CAUSATION_ID));
            assertThat(withoutCause(headers)).isEqualTo(withoutCause(cause.headers()));
        }
    }

    private static Headers withoutCause(Headers headers) {
        return headers.toBuilder().remove(Headers.CAUSATION_ID).build();
    }
}
