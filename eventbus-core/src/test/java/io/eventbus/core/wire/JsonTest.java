package io.eventbus.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "application/json|true",
                "APPLICATION/JSON|true",
                "  application/json  ;charset=utf-8|true",
                "application/vnd.order+json|true",
                "x+JSON ; v=1|true",
                "+json|false",
                "x+json5|false",
                "application/jsonx|false",
                "xapplication/json|false",
                "application/xml;q=+json|false",
                "'   '|false",
                "; application/json|false",
                "text/plain|false"
            })
    void knowsJsonByItsMediaType(String contentType, boolean json) {
        assertThat(Json.isJson(contentType)).isEqualTo(json);
    }

    @Test
    void whatTheParserWouldTakeForAnotherEncodingIsRefused() {
        for (String text : new String[] {"1", "12", "[1]", "[12]"}) {
            for (var charset : new java.nio.charset.Charset[] {StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE}) {
                byte[] bytes = text.getBytes(charset);
                assertThatThrownBy(() -> Json.check(bytes)).hasMessageContaining("not valid JSON in UTF-8");
                assertThatThrownBy(() -> Json.envelopeParser(bytes)).hasMessageContaining("not valid JSON in UTF-8");
            }
        }
        assertThatThrownBy(() -> Json.check(new byte[] {'[', '1', ']', 0})).hasMessageContaining("at byte 3");
        assertThatThrownBy(() -> Json.check(new byte[] {(byte) 0xff, '1'})).hasMessageContaining("at byte 0");
    }

    @Test
    void aMalformedSequenceIsFoundWhereverItIs() {
        assertThatThrownBy(() -> Json.check(new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'}))
                .hasMessageContaining("not UTF-8 at byte 1");
        assertThatThrownBy(() -> Json.check(new byte[] {(byte) 0xef, '1'})).isInstanceOf(MalformedException.class);
    }
}
