package io.eventbus.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class DeliveryTest {

    private static final Envelope INPUT = Envelope.builder("Placed")
            .eventId("input")
            .traceId("trace")
            .header(Headers.TENANT_ID, "acme")
            .header(Headers.CAUSATION_ID, "before")
            .build();

    private static final Delivery DELIVERY =
            new Delivery(INPUT, Topic.of("orders"), new Position("orders", 0, 1), 1, 1, Instant.EPOCH);

    @Test
    void aConsequenceInheritsWhatItLacks() {
        Envelope event = Envelope.builder("Billed").header("h", "v").build();
        Envelope consequence = DELIVERY.consequence(event);
        assertThat(consequence)
                .isEqualTo(event.toBuilder()
                        .traceId("trace")
                        .correlationId("input")
                        .header(Headers.CAUSATION_ID, "input")
                        .header(Headers.TENANT_ID, "acme")
                        .build());
        assertThat(event.headers()).isEqualTo(Headers.of("h", "v"));
    }

    @Test
    void theCorrelationOfTheInputGoesBeforeItsId() {
        Envelope correlated = INPUT.toBuilder().correlationId("correlation").build();
        Delivery delivery =
                new Delivery(correlated, Topic.of("orders"), new Position("orders", 0, 1), 1, 1, Instant.EPOCH);
        assertThat(delivery.consequence(Envelope.builder("Billed").build()).correlationId())
                .isEqualTo("correlation");
    }

    @Test
    void whatIsCompleteIsNotCopied() {
        Envelope complete = Envelope.builder("Billed")
                .traceId("t")
                .correlationId("c")
                .header("x-causation-id", "another")
                .header("x-tenant-id", "other")
                .build();
        assertThat(DELIVERY.consequence(complete)).isSameAs(complete);
        Envelope once = DELIVERY.consequence(Envelope.builder("Billed").build());
        assertThat(DELIVERY.consequence(once)).isSameAs(once);
    }

    @Test
    void aCauseCopiedFromTheInputIsReplaced() {
        Envelope built = INPUT.toBuilder().eventId("new").build();
        assertThat(DELIVERY.consequence(built).headers().all(Headers.CAUSATION_ID))
                .containsExactly("input");
    }

    @Test
    void theInputItselfIsPassedOnAsItIs() {
        Envelope same = INPUT.toBuilder().build();
        assertThat(DELIVERY.consequence(same)).isSameAs(same);
    }

    @Test
    void withoutATenantThereIsNoneToInherit() {
        Envelope bare = Envelope.builder("Placed").eventId("bare").build();
        Delivery delivery = new Delivery(bare, Topic.of("orders"), new Position("orders", 0, 1), 1, 1, Instant.EPOCH);
        Envelope consequence = delivery.consequence(Envelope.builder("Billed").build());
        assertThat(consequence.headers()).isEqualTo(Headers.of(Headers.CAUSATION_ID, "bare"));
        assertThat(consequence.traceId()).isNull();
    }
}
