package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Envelope;
import io.eventbus.api.Payload;
import java.util.List;
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
