package io.eventbus.examples.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.eventbus.api.Envelope;
import io.eventbus.api.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A workload read from a file of one JSON event a line. The whole file is read and checked before anything is published, so that a malformed
 * line never leaves half a file behind.
 */
final class ReplayWorkload {

    /** As deep as the bus takes payloads, one level down; numbers keep their digits, and nothing said twice is lost. */
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(501).build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final Instant FIRST_TIME = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59.999999999Z");
    private static final int MAX_SHOWN = 200;

    private final Path file;
    private final int topics;
    private final boolean skipBad;
    private final Map<String, int[]> aggregates = new HashMap<>();
    private final List<DemoEvent> events = new ArrayList<>();
    private int skipped;

    private ReplayWorkload(Path file, int topics, boolean skipBad) {
        this.file = file;
        this.topics = topics;
        this.skipBad = skipBad;
    }

    /** @throws BadInputException naming file and line if a line is malformed and bad lines are not to be skipped */
    static Workload read(Path file, int topics, boolean skipBad) {
        return new ReplayWorkload(file, topics, skipBad).read();
    }

    private Workload read() {
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) {
                    take(line, number);
                }
            }
        } catch (NoSuchFileException e) {
            throw new BadInputException(file + ": no such file");
        } catch (MalformedInputException e) {
            throw new BadInputException(file + ":" + (number + 1) + " or soon after: not UTF-8");
        } catch (IOException e) {
            throw new BadInputException(file + ": cannot be read: " + e.getMessage());
        }
        if (events.isEmpty()) {
            throw new BadInputException(
                    file + ": holds no event" + (skipped > 0 ? ", " + skipped + " bad lines were skipped" : ""));
        }
        return new Workload(events, topics, aggregates.size(), skipped);
    }

    private void take(String line, int number) {
        try {
            events.add(event(line));
        } catch (BadLineException e) {
            if (!skipBad) {
                throw new BadInputException(file + ":" + number + ": " + e.getMessage()
                        + "; nothing was published. Mend the line, or pass --skip-bad");
            }
            skipped++;
        }
    }

    private DemoEvent event(String line) throws BadLineException {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new BadLineException("not JSON: " + e.getOriginalMessage());
        } catch (NumberFormatException e) { // the parser lets it out for exponents of more than nine digits
            throw new BadLineException("holds a number beyond all bounds");
        }
        if (!node.isObject()) {
            throw new BadLineException("not a JSON object");
        }
        String id = text(node, "aggregate_id");
        String type = text(node, "event_type");
        JsonNode version = node.get("event_version");
        if (version == null || !version.canConvertToInt() || !version.isIntegralNumber() || version.intValue() < 0) {
            throw new BadLineException("event_version is not a whole number from 0");
        }
        Instant time = time(text(node, "timestamp"));
        JsonNode payload = node.get("payload");
        if (payload == null) {
            throw new BadLineException("payload is missing");
        }
        byte[] bytes = bytes(payload);
        checkPublishable(id, type, time);
        int[] known = aggregates.computeIfAbsent(id, k -> new int[] {aggregates.size(), 0});
        return new DemoEvent(known[0] % topics, known[0], ++known[1], id, type, version.intValue(), time, bytes);
    }

    private static byte[] bytes(JsonNode payload) throws BadLineException {
        try {
            return JSON.writeValueAsBytes(payload);
        } catch (JsonProcessingException e) {
            throw new BadLineException("payload cannot be written as JSON: " + e.getOriginalMessage());
        }
    }

    /** What the bus would refuse is refused here, before the first event is published. */
    private static void checkPublishable(String id, String type, Instant time) throws BadLineException {
        if (time.isBefore(FIRST_TIME) || time.isAfter(LAST_TIME)) {
            throw new BadLineException("timestamp is not in the years 0000 to 9999");
        }
        try {
            Envelope unused = Envelope.builder(type).aggregateId(id).build();
        } catch (InvalidInputException e) {
            throw new BadLineException(String.valueOf(e.getMessage()));
        }
    }

    private static String text(JsonNode node, String field) throws BadLineException {
        JsonNode value = node.get(field);
        if (value == null || !value.isTextual() || value.textValue().isEmpty()) {
            throw new BadLineException(field + " is not a text");
        }
        return value.textValue();
    }

    private static Instant time(String text) throws BadLineException {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new BadLineException("timestamp '" + text + "' is not of RFC 3339");
        }
    }

    /** A line that is no event. */
    private static final class BadLineException extends Exception {
        BadLineException(String message) {
            super(shown(message), null, false, false); // there may be one for every few bytes of the file
        }

        /** The line may hold anything; a terminal is to see one line of text. */
        private static String shown(String message) {
            String cut = message.length() > MAX_SHOWN ? message.substring(0, MAX_SHOWN) + "..." : message;
            return cut.replaceAll("\\p{Cntrl}", "?");
        }
    }
}
