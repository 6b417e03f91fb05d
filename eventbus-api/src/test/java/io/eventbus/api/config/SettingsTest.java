package io.eventbus.api.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.ConfigurationException;
import io.eventbus.api.Ordering;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void valuesAreParsedByType() {
        Settings settings = settings(Map.of(
                "x.wait",
                "250ms",
                "x.long",
                "PT1M",
                "x.size",
                "64KiB",
                "x.count",
                "7",
                "x.on",
                "yes",
                "x.mode",
                "per-aggregate",
                "x.list",
                "a, b,,c"));
        assertThat(settings.duration("wait", Duration.ZERO, Duration.ZERO)).isEqualTo(Duration.ofMillis(250));
        assertThat(settings.duration("long", Duration.ZERO, Duration.ZERO)).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.bytes("size", 0, 0, Long.MAX_VALUE)).isEqualTo(65_536);
        assertThat(settings.integer("count", 0, 0, 10)).isEqualTo(7);
        assertThat(settings.flag("on", false)).isTrue();
        assertThat(settings.choice("mode", Ordering.NONE)).isEqualTo(Ordering.PER_AGGREGATE);
        assertThat(settings.texts("list", List.of())).containsExactly("a", "b", "c");
        assertThat(settings.text("absent", "default")).isEqualTo("default");
        assertThatCode(settings::finish).doesNotThrowAnyException();
    }

    @Test
    void theEnvironmentWins() {
        Settings settings = Settings.of("x.", Map.of("x.ack-wait", "1s"), Map.of("X_ACK_WAIT", "2s", "PATH", "/bin"));
        assertThat(settings.duration("ack-wait", Duration.ZERO, Duration.ZERO)).isEqualTo(Duration.ofSeconds(2));
        settings.finish();
    }

    @Test
    void anUnknownKeyIsAnErrorWithASuggestion() {
        Settings settings = settings(Map.of("x.ack-wiat", "1s", "y.other", "fine"));
        settings.duration("ack-wait", Duration.ZERO, Duration.ZERO);
        assertThatThrownBy(settings::finish)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("unknown setting x.ack-wiat")
                .hasMessageContaining("did you mean x.ack-wait?");
    }

    @Test
    void anUnknownVariableIsAnErrorWithASuggestion() {
        Settings settings = Settings.of("x.", Map.of(), Map.of("X_ACK_WIAT", "1s"));
        settings.duration("ack-wait", Duration.ZERO, Duration.ZERO);
        assertThatThrownBy(settings::finish).hasMessageContaining("did you mean X_ACK_WAIT?");
    }

    @Test
    void allProblemsAreReportedAtOnce() {
        Settings settings = settings(Map.of("x.a", "many", "x.b", "99", "x.c", "1 parsec", "x.d", "0s"));
        settings.integer("a", 1, 0, 10);
        settings.integer("b", 1, 0, 10);
        settings.duration("c", Duration.ZERO, Duration.ZERO);
        settings.duration("d", Duration.ofSeconds(1), Duration.ofMillis(1));
        assertThatThrownBy(settings::finish)
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems()).hasSize(4));
    }

    @Test
    void aSecretNeverShowsItself() {
        Secret secret = settings(Map.of("x.password", "hunter2")).secretOrNull("password");
        assertThat(secret).isNotNull().hasToString("******");
        assertThat(secret.reveal()).isEqualTo("hunter2");
    }

    @Test
    void whatIsBelowAnOpenPrefixIsHandedOnAsItIs() {
        Settings settings = settings(Map.of("x.native.linger.ms", "5"));
        assertThat(settings.below("native.")).containsExactly(Map.entry("linger.ms", "5"));
        settings.finish();
    }

    @Test
    void aFlagIsOffWhereItSaysSo() {
        Settings settings = settings(Map.of("x.a", "off", "x.b", "No", "x.c", "yes"));
        assertThat(settings.flag("a", true)).isFalse();
        assertThat(settings.flag("b", true)).isFalse();
        assertThat(settings.flag("c", false)).isTrue();
        settings.finish();
    }

    @Test
    void theEndsOfARangeBelongToIt() {
        Settings settings = settings(Map.of("x.a", "1", "x.b", "10", "x.c", "0", "x.d", "11"));
        assertThat(settings.integer("a", 5, 1, 10)).isEqualTo(1);
        assertThat(settings.integer("b", 5, 1, 10)).isEqualTo(10);
        assertThat(settings.integer("c", 5, 1, 10)).isEqualTo(5);
        assertThat(settings.integer("d", 5, 1, 10)).isEqualTo(5);
        assertThat(settings.problem("and this").duration("e", Duration.ofMillis(3), Duration.ofMillis(3)))
                .isEqualTo(Duration.ofMillis(3));
        assertThatThrownBy(settings::finish).hasMessageContaining("x.c is 0").hasMessageContaining("and this");
    }

    @Test
    void severalOfSomeAreChosenByNameInAnyCase() {
        Settings settings = settings(Map.of("x.a", "low_er, Up", "x.b", "low-er, odd"));
        assertThat(settings.choices("a", Word.class)).containsExactly(Word.UP, Word.LOW_ER);
        assertThat(settings.choices("none", Word.class)).isEmpty();
        assertThat(settings.choices("b", Word.class)).containsExactly(Word.LOW_ER);
        assertThatThrownBy(settings::finish)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("x.b has 'odd', expected some of [up, low-er]");
    }

    private enum Word {
        UP,
        LOW_ER
    }

    @Test
    void whatIsNotSetHasItsDefaultOrNothing() {
        Settings settings = settings(Map.of("x.set", "text"));
        assertThat(settings.textOrNull("set")).isEqualTo("text");
        assertThat(settings.textOrNull("unset")).isNull();
        assertThat(settings.duration("wait", Duration.ofSeconds(3), Duration.ofSeconds(1)))
                .isEqualTo(Duration.ofSeconds(3));
    }

    /** The nearest known key is suggested if a third of its letters, or two, are wrong at the most. */
    @Test
    void aSuggestionIsTheNearestKeyIfItIsNearEnough() {
        assertThat(problemWith("abcdefgxyz", "abcdefghij", "abcdefgxy")).contains("did you mean x.abcdefgxy?");
        assertThat(problemWith("abcdefxyz", "abcdefghi")).contains("did you mean x.abcdefghi?");
        assertThat(problemWith("abcdewxyz", "abcdefghi")).contains("known are [abcdefghi]");
        assertThat(problemWith("xy", "ab")).contains("did you mean x.ab?");
        assertThat(problemWith("xyz", "abc")).contains("known are [abc]");
        assertThat(problemWith("bcdefghia", "abcdefghi")).contains("did you mean x.abcdefghi?");
    }

    private static String problemWith(String key, String... known) {
        Settings settings = settings(Map.of("x." + key, "1"));
        for (String name : known) {
            settings.textOrNull(name);
        }
        try {
            settings.finish();
            return "no problem";
        } catch (ConfigurationException e) {
            return e.getMessage();
        }
    }

    private static Settings settings(Map<String, String> properties) {
        return Settings.of("x.", properties, Map.of());
    }
}
