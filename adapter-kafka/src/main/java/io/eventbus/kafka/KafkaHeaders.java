package io.eventbus.kafka;

import io.eventbus.api.Headers;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Headers on the wire: names and values are UTF-8; a value that is null on the wire reads as empty. */
final class KafkaHeaders {

    private KafkaHeaders() {}

    /** The headers as Kafka's producer takes them. */
    static RecordHeaders toWire(Headers headers) {
        Header[] wire = new Header[headers.size()];
        for (int i = 0; i < wire.length; i++) {
            wire[i] = new RecordHeader(headers.name(i), headers.value(i).getBytes(StandardCharsets.UTF_8));
        }
        return new RecordHeaders(wire);
    }

    /** The headers as the bus takes them; nothing is checked, since anyone may have written them. */
    static Headers fromWire(org.apache.kafka.common.header.Headers wire) {
        Headers.Builder headers = Headers.builder();
        for (Header header : wire) {
            byte[] value = header.value();
            headers.addTrusted(header.key(), value == null ? "" : new String(value, StandardCharsets.UTF_8));
        }
        return headers.build();
    }
}
