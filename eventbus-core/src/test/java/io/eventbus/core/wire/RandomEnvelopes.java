package io.eventbus.core.wire;

import io.eventbus.api.Envelope;
import io.eventbus.api.Payload;
import java.time.Instant;
import java.util.Random;

/** A seeded source of envelopes that use every attribute, or leave it out, and texts that are hard to carry. */
final class RandomEnvelopes {

    private static final String[] TEXTS = {
        "a",
        "order-17",
        "Müller",
        "100%",
        "%41",
        "a b",
        " lead",
        "trail ",
        "quote\"s",
        "back\\slash",
        "\u65e5\u672c",
        "\ud83d\ude00",
        "a,b;c=d",
        "\u00a0",
        "x".repeat(512),
        "é".repeat(512),
        "'",
        "{\"a\":1}",
        "~",
        "\u2028"
    };
    private static final String[] HEADER_TEXTS = {
        "", "line\r\nbreak", "\u0000", "\t", "v".repeat(8192), "ü".repeat(8192)
    };
    private static final String[] HEADER_NAMES = {"tenant", "Tenant", "traceparent", "a.b_c-d", "content_type", "x"};
    private static final String[] JSON_PAYLOADS = {
        "{}",
        "[]",
        "0",
        "-1.5e10",
        "true",
        "\"\"",
        "\"\\u00e9\\/\"",
        "{\"b\" : 1 ,\"a\": [ 1,2 ] }",
        "null",
        " {}",
        "{}\n",
        "\ufeff{}",
        "{\"a\":1,\"a\":2}",
        "\"\u65e5\u672c\"",
        "1e400",
        "12345678901234567890",
        "1234"
    };
    private static final String[] TYPES = {
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/vnd.order+json",
        "text/plain",
        "application/x-protobuf",
        "text/plain; charset=\"ütf\""
    };

    private final Random random;

    RandomEnvelopes(long seed) {
        random = new Random(seed);
    }

    Envelope next() {
        Envelope.Builder envelope =
                Envelope.builder(text()).eventId(text()).eventVersion(random.nextInt(3) * 715_827_882);
        if (random.nextBoolean()) {
            envelope.aggregateId(text());
        }
        if (random.nextBoolean()) {
            envelope.traceId(text());
        }
        if (random.nextBoolean()) {
            envelope.correlationId(text());
        }
        envelope.timestamp(timestamp());
        for (int i = random.nextInt(4); i > 0; i--) {
            envelope.header(of(HEADER_NAMES), random.nextInt(3) == 0 ? of(HEADER_TEXTS) : text());
        }
        String type = of(TYPES);
        return envelope.contentType(type).payload(payload(Json.isJson(type))).build();
    }

    private Instant timestamp() {
        long second = random.nextLong(-62_167_219_200L, 253_402_300_800L);
        int[] nanos = {0, 5_000_000, 120_000_000, 1_000, 999_999_000};
        return Instant.ofEpochSecond(second, nanos[random.nextInt(nanos.length)]);
    }

    private Payload payload(boolean json) {
        int kind = random.nextInt(5);
        if (kind < 2) {
            return kind == 0 ? null : Payload.empty();
        }
        if (json) {
            String value = of(JSON_PAYLOADS);
            return Payload.of(
                    random.nextInt(4) == 0 && !value.startsWith("\ufeff")
                            ? "{\"list\":[" + (value + ",").repeat(random.nextInt(300)) + "1]}"
                            : value);
        }
        byte[] bytes = new byte[random.nextInt(4) == 0 ? 1 : random.nextInt(4000)];
        if (random.nextBoolean()) {
            random.nextBytes(bytes);
        }
        return Payload.wrap(bytes);
    }

    private String text() {
        return of(TEXTS);
    }

    private String of(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }
}
