package io.eventbus.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {

    @Test
    void whatIsNotGivenHasADefaultOrIsAbsent() {
        Envelope envelope = Envelope.builder("Placed").build();
        assertThat(envelope.eventId()).hasSize(36);
        assertThat(envelope.aggregateId()).isNull();
        assertThat(envelope.traceId()).isNull();
        assertThat(envelope.correlationId()).isNull();
        assertThat(envelope.contentType()).isEqualTo("application/json");
        assertThat(envelope.payload()).isEqualTo(Payload.empty());
        assertThat(envelope.eventVersion()).isZero();
    }

    @Test
    void aTombstoneIsNotAnEmptyPayload() {
        Envelope tombstone = Envelope.builder("Gone").payload((Payload) null).build();
        assertThat(tombstone.payload()).isNull();
        assertThat(tombstone)
                .isNotEqualTo(tombstone.toBuilder().payload(Payload.empty()).build());
    }

    @Test
    void theTimeIsCutToMicroseconds() {
        Instant time = Instant.parse("2026-01-01T00:00:00.123456789Z");
        assertThat(Envelope.builder("T").timestamp(time).build().timestamp())
                .isEqualTo(Instant.parse("2026-01-01T00:00:00.123456Z"));
    }

    @Test
    void thePayloadIsACopyAndNeverShown() {
        byte[] bytes = {1, 2, 3};
        Envelope envelope = Envelope.builder("T").payload(bytes).build();
        bytes[0] = 9;
        assertThat(envelope.payload()).isNotNull();
        assertThat(envelope.payload().toBytes()).containsExactly(1, 2, 3);
        assertThat(envelope.toString()).contains("3 bytes");
    }

    @Test
    void aBuilderOfAnEnvelopeBuildsItsEqual() {
        Envelope envelope = Envelope.builder("T")
                .aggregateId("a")
                .traceId("t")
                .correlationId("c")
                .header("h", "v")
                .header("h", "w")
                .build();
        assertThat(envelope.toBuilder().build()).isEqualTo(envelope);
        assertThat(envelope.headers().all("H")).containsExactly("v", "w");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "a\u0000", "\ud800", "\udc00a"})
    void illegalIdentifiersAreRefusedByName(String id) {
        assertThatThrownBy(() -> Envelope.builder("T").aggregateId(id).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("aggregateId");
    }

    @Test
    void anIdentifierThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> Envelope.builder("T").eventId("x".repeat(513)).build())
                .hasMessageContaining("limit is 512");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ce_id",
                "ce-id",
                "Nats-Msg-Id",
                "x-eventbus-null",
                "X-Event-ID",
                "X-Aggregate-ID",
                "Content-Type"
            })
    void headerNamesOfTheWireFormatAreReserved(String name) {
        assertThatThrownBy(() -> Envelope.builder("T").header(name, "v"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("kept for the wire format");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "ä", "a\r\n"})
    void illegalHeaderNamesAreRefused(String name) {
        assertThatThrownBy(() -> Envelope.builder("T").header(name, "v")).hasMessageContaining("illegal header name");
    }
}
