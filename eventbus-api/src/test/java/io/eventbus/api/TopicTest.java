package io.eventbus.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicTest {

    @ParameterizedTest
    @ValueSource(strings = {"orders", "orders.created", "a", "A-b_c.9", "0.1.2"})
    void legalNamesAreTaken(String name) {
        assertThat(Topic.of(name).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", "..", "a.", ".a", "a..b", "a b", "a.*", ">", "a.>", "$JS.API", "_inbox", "-a", "a/b", "ümlaut",
                "a\n", "a\u0000"
            })
    void illegalNamesAreRefusedWithTheWayOut(String name) {
        assertThatThrownBy(() -> Topic.of(name))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("illegal topic name")
                .hasMessageContaining("use tokens of");
    }

    @org.junit.jupiter.api.Test
    void theLongestNameFitsAndOneMoreDoesNot() {
        assertThat(Topic.of("a".repeat(Topic.MAX_LENGTH)).name()).hasSize(Topic.MAX_LENGTH);
        assertThatThrownBy(() -> Topic.of("a".repeat(Topic.MAX_LENGTH + 1))).hasMessageContaining("limit is 180");
    }
}
