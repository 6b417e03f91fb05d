package io.eventbus.testkit.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.testkit.contract.Behaviour;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class StoreBehavioursTest {

    private static final Path PAGE = Path.of("..", "docs", "outbox-store.md");

    @Test
    void everyTestIsTaggedWithItsNumber() {
        assertThat(behaviours())
                .isNotEmpty()
                .allSatisfy(test -> assertThat(test.getAnnotation(Tag.class).value())
                        .as(test.getName())
                        .isEqualTo(test.getAnnotation(Behaviour.class).value()));
    }

    @Test
    void pageListsTheBehavioursOfTheKit() throws Exception {
        List<String> expected = behaviours().stream()
                .map(test -> "| " + test.getAnnotation(Behaviour.class).value() + " | " + sentence(test) + " |")
                .sorted()
                .toList();
        assertThat(Files.readAllLines(PAGE).stream().filter(row -> row.matches("\\| S[0-9]+ \\|.*")))
                .as("rows of " + PAGE)
                .isEqualTo(expected);
    }

    private static String sentence(Method test) {
        return test.getName().replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }

    private static List<Method> behaviours() {
        List<Method> tests = new ArrayList<>();
        for (Class<?> nested : OutboxStoreContract.class.getDeclaredClasses()) {
            assertThat(nested).hasAnnotation(Nested.class);
            for (Method method : nested.getSuperclass().getDeclaredMethods()) {
                if (method.isAnnotationPresent(Behaviour.class)) {
                    tests.add(method);
                }
            }
        }
        return tests;
    }
}
