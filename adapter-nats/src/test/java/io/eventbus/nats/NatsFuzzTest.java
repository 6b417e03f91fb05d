package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import io.eventbus.testkit.fuzz.FuzzInput;
import io.eventbus.testkit.fuzz.Fuzzer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a server or whoever publishes may send, broken by a machine. How to run more of it stands in {@code docs/testing.md}. */
class NatsFuzzTest {

    private static final int INPUTS = 30_000;
    private static final String[] ANSWERS = {
        "{\"stream\":\"orders\",\"seq\":7}",
        "{ \"domain\" : \"hub\", \"stream\":\"o\\\"x\", \"duplicate\" : true , \"seq\" : 9223372036854 }",
        "{\"error\":{\"code\":400,\"err_code\":10060,\"description\":\"expected stream does not match\"},\"seq\":0}",
        "{\"error\":{\"code\":503,\"description\":\"no\\tleader\"},\"stream\":\"o\",\"seq\":3}",
        "{\"stream\":\"o\",\"seq\":1,\"new\":{\"deep\":[1,\"a:b\"]}}"
    };
    private static final String[] SUBJECTS = {
        "$JS.ACK.orders.shipping.1.17.19.1763800000000000000.3",
        "$JS.ACK.hub.ACCHASH.orders.shipping.1.17.19.1763800000000000000.3",
        "$JS.ACK.hub.ACCHASH.orders.shipping.4.17.19.1763800000000000000.3.token"
    };

    @Test
    void anAnswerIsStoredOrNotAndNothingEscapes() {
        Fuzzer fuzzer = Fuzzer.of("pub-ack")
                .bodyOnly()
                .samples(random -> FuzzInput.of(ANSWERS[random.nextInt(ANSWERS.length)]))
                .words("\"stream\":", "\"seq\":", "\"error\":{", "\"code\":", "\"description\":\"", "true", "\\u0041")
                .allocatesAtMost(16 * 1024, 40);
        check(fuzzer, INPUTS, input -> {
            PubAck ack = PubAck.parse(input.bytes());
            assertThat(AckInbox.reasonOf(ack)).isNotNull();
            assertThat(ack.description()).hasSizeLessThanOrEqualTo(300);
            assertThat(ack.description().chars().noneMatch(Character::isISOControl))
                    .isTrue();
            assertThat(ack.sequence()).isNotNegative();
            assertThat(ack.code()).isNotNegative();
            assertThat(ack.errorCode()).isNotNegative();
            assertThat(ack.stored()).isEqualTo(ack.stream() != null);
            return ack.stored();
        });
    }

    @Test
    void aReplySubjectSaysWhereAMessageStandsOrNothing() {
        Fuzzer fuzzer = Fuzzer.of("ack-subject")
                .bodyOnly()
                .samples(random -> FuzzInput.of(SUBJECTS[random.nextInt(SUBJECTS.length)]))
                .words("$JS.ACK.", ".", "..", "0", "-1")
                .allocatesAtMost(8 * 1024, 8);
        check(fuzzer, INPUTS, input -> {
            AckSubject subject = AckSubject.parse(new String(input.bytes(), StandardCharsets.UTF_8));
            if (subject == null) {
                return false;
            }
            assertThat(subject.deliveries()).isPositive();
            assertThat(subject.streamSequence()).isPositive();
            assertThat(subject.consumerSequence()).isPositive();
            return true;
        });
    }

    /** What cannot be carried is refused before it is sent; what is written reads back from the bytes of the wire as it was. */
    @Test
    void headersReadBackAsTheyWereSentOrAreRefused() {
        Fuzzer fuzzer = Fuzzer.of("nats-headers")
                .samples(NatsFuzzTest::sample)
                .words("Nats-Msg-Id", "Nats-", "nats-expected-stream", "X-Event-ID", "tenant", "503", "x\r\ny: z")
                .refusesWith(IllegalArgumentException.class)
                .allocatesAtMost(256 * 1024, 40);
        check(fuzzer, INPUTS, input -> {
            Headers.Builder sent = Headers.builder();
            input.headers().forEach(header -> sent.addTrusted(header.name(), header.value()));
            WireHeaders wire = WireHeaders.of(sent.build(), "id", "orders");
            assertThat(wire.getSerialized()).hasSize(wire.serializedLength());
            String text = new String(wire.getSerialized(), StandardCharsets.US_ASCII);
            assertThat(text.lines().count()).isEqualTo(input.headers().size() + 4L);
            return true;
        });
    }

    @Test
    void whateverHeadersTheClientReadsAreHandedOn() {
        Fuzzer fuzzer = Fuzzer.of("nats-inbound")
                .samples(NatsFuzzTest::sample)
                .words("Nats-Msg-Id", "Nats-", "nats-expected-stream", "X-Event-ID", "tenant")
                .refusesWith(IllegalArgumentException.class) // the client's own headers take no others
                .allocatesAtMost(256 * 1024, 40);
        check(fuzzer, INPUTS, input -> {
            io.nats.client.impl.Headers received = new io.nats.client.impl.Headers();
            input.headers().forEach(header -> received.add(header.name(), header.value()));
            Headers headers = inbound(received, input.bytes()).headers();
            for (int i = 0; i < headers.size(); i++) {
                assertThat(headers.name(i)).doesNotStartWith("Nats-");
                assertThat(received.get(headers.name(i))).contains(headers.value(i));
            }
            return true;
        });
    }

    private static void check(Fuzzer fuzzer, int inputs, Fuzzer.Decoder decoder) {
        assertThat(fuzzer.replay(NatsFuzzTest.class, decoder)).isPositive();
        Fuzzer.Result result = fuzzer.run(inputs, decoder);
        assertThat(result.accepted()).isPositive();
    }

    private static NatsInbound inbound(io.nats.client.impl.Headers headers, byte[] body) {
        return new NatsInbound(
                null,
                new NatsInbound.Source(Topic.of("orders"), null),
                new Position("orders", 0, 1),
                1,
                "reply",
                new NatsInbound.Content(headers, body));
    }

    private static FuzzInput sample(Random random) {
        return new FuzzInput(
                List.of(
                        new FuzzInput.Header("X-Event-ID", "e-" + random.nextInt(1000)),
                        new FuzzInput.Header("tenant", "acme"),
                        new FuzzInput.Header("tenant", "second")),
                null,
                new byte[] {'x'});
    }
}
