package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.Headers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WireHeadersTest {

    private static final String WIRE =
            "NATS/1.0\r\n" + "Nats-Msg-Id:e-1\r\n" + "Nats-Expected-Stream:orders\r\n" + "a: ~\r\n" + "a:\r\n" + "\r\n";

    @Test
    void headersStandOnTheWireAsTheProtocolSays() {
        WireHeaders headers = WireHeaders.of(Headers.of("a", " ~", "a", ""), "e-1", "orders");
        assertThat(text(headers.getSerialized())).isEqualTo(WIRE);
        assertThat(headers.serializedLength()).isEqualTo(WIRE.length());
        assertThat(headers.isEmpty()).isFalse();
        byte[] message = new byte[WIRE.length() + 3];
        assertThat(headers.serializeToArray(2, message)).isEqualTo(WIRE.length());
        assertThat(text(message)).isEqualTo("\0\0" + WIRE + "\0");
        assertThat(headers).hasToString("WireHeaders[" + WIRE.length() + " bytes]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u007f", "\u001f", "\r\nx: y", "\u00fc"})
    void whatTheProtocolCannotCarryIsRefused(String value) {
        assertThatThrownBy(() -> WireHeaders.of(Headers.of("a", "x" + value), "e-1", "orders"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("encode it");
    }

    @ParameterizedTest
    @CsvSource({"e-1,e-1", "!~,!~", "a b,a%20b", "a%b,a%25b", "\u00fc,%c3%bc", "\u007f,%7f"})
    void differentMessageIdsStayDifferent(String id, String sent) {
        assertThat(WireHeaders.plain(id)).isEqualTo(sent);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
