package io.eventbus.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {

    private final Headers headers = Headers.of("a", "1", "B", "2", "A", "3");

    @Test
    void namesAreLookedUpInAnyCaseAndKeptInTheirOwn() {
        assertThat(headers.size()).isEqualTo(3);
        assertThat(headers.isEmpty()).isFalse();
        assertThat(headers.first("A")).isEqualTo("1");
        assertThat(headers.first("c")).isNull();
        assertThat(headers.all("a")).containsExactly("1", "3");
        assertThat(headers.contains("b")).isTrue();
        assertThat(headers.contains("c")).isFalse();
        assertThat(headers.name(2) + headers.value(2)).isEqualTo("A3");
        assertThat(headers.length()).isEqualTo(6);
        List<String> seen = new ArrayList<>();
        headers.forEach((name, value) -> seen.add(name + value));
        assertThat(seen).containsExactly("a1", "B2", "A3");
    }

    @Test
    void equalityKnowsNoCaseOfNamesAndNoOrderOfDifferentOnes() {
        Headers same = Headers.of("b", "2", "A", "1", "a", "3");
        assertThat(headers).isEqualTo(same).hasSameHashCodeAs(same);
        assertThat(headers).isNotEqualTo(Headers.of("a", "3", "B", "2", "A", "1"));
        assertThat(headers).isNotEqualTo(Headers.of("a", "1", "B", "2"));
        assertThat(headers).isNotEqualTo("a").hasToString("Headers[a, b]");
    }

    @Test
    void aBuilderGoesOnFromWhatIsThere() {
        Headers.Builder builder = headers.toBuilder().remove("A").add("c", "4");
        assertThat(builder.build()).isEqualTo(Headers.of("B", "2", "c", "4"));
        for (int i = 0; i < 20; i++) {
            builder.add("n" + i, "" + i);
        }
        assertThat(builder.build().first("n19")).isEqualTo("19");
        assertThat(Headers.builder().build()).isSameAs(Headers.empty());
        assertThat(Headers.empty().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:", "\u00fc", "@", "[", "`", "{", "/"})
    void aNameOutsideTheGrammarIsRefused(String name) {
        assertThatThrownBy(() -> Headers.of(name, "1")).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void theLongestNameAndValueAreLegalAndOneMoreIsNot() {
        String value = "v".repeat(Headers.MAX_VALUE_LENGTH);
        assertThat(Headers.of("n".repeat(128), value).value(0)).isEqualTo(value);
        assertThat(Headers.of("azAZ09-_.", "").name(0)).isEqualTo("azAZ09-_.");
        assertThatThrownBy(() -> Headers.of("n".repeat(129), "")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Headers.of("n", value + "v")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Headers.of("n")).isInstanceOf(InvalidInputException.class);
    }
}
