package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BehaviourNumbersTest {

    /** What the kit promises to hold; expiry, seeking, parking, and what needs leases are not built. */
    private static final Set<String> PROMISED = numbers();

    @Test
    void everyPromisedBehaviourHasATest() {
        Set<String> present = new TreeSet<>();
        behaviours()
                .forEach(test -> present.add(test.getAnnotation(Behaviour.class).value()));
        assertThat(present).isEqualTo(PROMISED);
    }

    @Test
    void everyFaultHasATest() {
        Set<String> present = new TreeSet<>();
        behavioursOf(AdapterFaults.class)
                .forEach(test -> present.add(test.getAnnotation(Behaviour.class).value()));
        assertThat(present).containsExactly("C109", "C111", "C112", "C113", "C114", "C115", "C116", "C117", "C120");
    }

    @Test
    void everyTestIsTaggedWithItsNumber() {
        List<Method> all = new ArrayList<>(behaviours());
        all.addAll(behavioursOf(AdapterFaults.class));
        assertThat(all)
                .allSatisfy(test -> assertThat(test.getAnnotation(Tag.class))
                        .as(test.getName())
                        .isNotNull()
                        .extracting(Tag::value)
                        .isEqualTo(test.getAnnotation(Behaviour.class).value()));
    }

    @Test
    void everySectionIsPartOfTheContract() {
        List<String> sections = new ArrayList<>();
        for (Class<?> nested : AdapterContract.class.getDeclaredClasses()) {
            assertThat(nested.isAnnotationPresent(Nested.class))
                    .as(nested.getName())
                    .isTrue();
            assertThat(ContractSection.class).isAssignableFrom(nested);
            sections.add(nested.getSuperclass().getSimpleName());
        }
        assertThat(sections).doesNotHaveDuplicates().isNotEmpty();
    }

    private static List<Method> behaviours() {
        return behavioursOf(AdapterContract.class);
    }

    private static List<Method> behavioursOf(Class<?> suite) {
        List<Method> tests = new ArrayList<>();
        for (Class<?> nested : suite.getDeclaredClasses()) {
            for (Method method : nested.getSuperclass().getDeclaredMethods()) {
                if (method.isAnnotationPresent(Behaviour.class)) {
                    tests.add(method);
                }
            }
        }
        return tests;
    }

    private static Set<String> numbers() {
        Set<String> numbers = new TreeSet<>();
        Stream.of(
                        IntStream.rangeClosed(1, 36),
                        IntStream.rangeClosed(38, 41),
                        IntStream.rangeClosed(43, 89),
                        IntStream.rangeClosed(95, 108),
                        IntStream.rangeClosed(121, 130),
                        IntStream.rangeClosed(201, 203))
                .flatMapToInt(range -> range)
                .forEach(number -> numbers.add("C%03d".formatted(number)));
        // These need several instances.
        numbers.remove("C053");
        numbers.remove("C055");
        return numbers;
    }
}
