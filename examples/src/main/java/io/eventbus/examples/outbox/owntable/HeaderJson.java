package io.eventbus.examples.outbox.owntable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.eventbus.api.Headers;
import java.util.ArrayList;
import java.util.List;

/** Headers as a JSON list of names and values in turn: a name may stand there more than once, and its case and the order stay. */
final class HeaderJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private HeaderJson() {}

    static String write(Headers headers) {
        List<String> pairs = new ArrayList<>();
        headers.forEach((name, value) -> {
            pairs.add(name);
            pairs.add(value);
        });
        try {
            return JSON.writeValueAsString(pairs);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot write the headers as JSON", e);
        }
    }

    static Headers read(String text) {
        try {
            return Headers.of(JSON.readValue(text, String[].class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the headers of a row are no JSON list of names and values", e);
        }
    }
}
