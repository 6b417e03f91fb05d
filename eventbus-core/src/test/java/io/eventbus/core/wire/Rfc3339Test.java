package io.eventbus.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Rfc3339Test {

    private static final String TIME = "2026-01-31T23:59:58+00:00";

    @Test
    void everyCharacterOfATimeIsNeeded() throws MalformedException {
        assertThat(Rfc3339.parse(TIME)).isEqualTo(Instant.parse("2026-01-31T23:59:58Z"));
        for (int i = 0; i < TIME.length(); i++) {
            String changed = TIME.substring(0, i) + 'x' + TIME.substring(i + 1);
            assertThatThrownBy(() -> Rfc3339.parse(changed)).as(changed).isInstanceOf(MalformedException.class);
            String shortened = TIME.substring(0, i);
            assertThatThrownBy(() -> Rfc3339.parse(shortened)).as(shortened).isInstanceOf(MalformedException.class);
        }
        assertThatThrownBy(() -> Rfc3339.parse(TIME + "0")).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-31T24:00:00Z",
        "2026-01-31T23:60:00Z",
        "2026-01-31T23:59:61Z",
        "2026-13-01T00:00:00Z",
        "2026-01-31T00:00:00.Z",
        "2026-01-31T00:00:00+24:00",
        "2026-01-31T00:00:00+00:60",
        "2026-01-31T00:00:00ZZ"
    })
    void whatIsOutOfRangeIsRefused(String text) {
        assertThatThrownBy(() -> Rfc3339.parse(text)).isInstanceOf(MalformedException.class);
    }

    @Test
    void yearsHaveFourDigits() throws MalformedException {
        Instant first = Instant.parse("0000-01-01T00:00:00Z");
        Instant last = Instant.parse("9999-12-31T23:59:59.999999Z");
        assertThat(Rfc3339.format(first)).isEqualTo("0000-01-01T00:00:00Z");
        assertThat(Rfc3339.format(last)).isEqualTo("9999-12-31T23:59:59.999999Z");
        assertThatThrownBy(() -> Rfc3339.format(first.minusNanos(1))).hasMessageContaining("year -1");
        assertThatThrownBy(() -> Rfc3339.format(last.plusSeconds(1))).hasMessageContaining("year 10000");
    }
}
