package io.eventbus.architecture.guarantees;

import io.eventbus.testkit.contract.AdapterContract;
import io.eventbus.testkit.contract.AdapterFaults;
import io.eventbus.testkit.contract.Behaviour;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;

/**
 * A section of the contract kit as its classes declare it.
 *
 * @param title the letter and what it is about
 * @param tests its tests by number and name
 */
record Section(String title, List<Row> tests) {

    /** One test of a section. */
    record Row(String number, String test, Class<?> in) {

        String text() {
            return test.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
        }

        String link() {
            return "../eventbus-testkit/src/main/java/" + in.getName().replace('.', '/') + ".java";
        }
    }

    /** Every section of the kit, in the order of the titles. */
    static List<Section> all() {
        TreeMap<String, List<Row>> byTitle = new TreeMap<>();
        List<Class<?>> suites = new ArrayList<>(List.of(AdapterContract.class.getDeclaredClasses()));
        suites.addAll(List.of(AdapterFaults.class.getDeclaredClasses()));
        for (Class<?> nested : suites) {
            Class<?> section = nested.getSuperclass();
            List<Row> rows = new ArrayList<>();
            for (Method method : section.getDeclaredMethods()) {
                Behaviour behaviour = method.getAnnotation(Behaviour.class);
                if (behaviour != null) {
                    rows.add(new Row(behaviour.value(), method.getName(), section));
                }
            }
            byTitle.computeIfAbsent(title(section), none -> new ArrayList<>()).addAll(rows);
        }
        List<Section> sections = new ArrayList<>();
        byTitle.forEach((title, rows) -> {
            rows.sort(Comparator.comparing(Row::number).thenComparing(Row::test));
            sections.add(new Section(title, rows));
        });
        return sections;
    }

    private static String title(Class<?> section) {
        DisplayName name = section.getAnnotation(DisplayName.class);
        if (name == null) {
            throw new IllegalStateException(section.getName() + " has no display name");
        }
        return name.value();
    }
}
