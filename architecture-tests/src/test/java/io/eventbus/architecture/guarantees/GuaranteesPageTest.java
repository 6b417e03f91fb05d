package io.eventbus.architecture.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The page of guarantees says what the tests of this build found out. {@code -Dguarantees.write} writes their results into it instead;
 * run it after the integration tests and commit the page.
 */
final class GuaranteesPageTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path PAGE = ROOT.resolve(Path.of("docs", "guarantees.md"));
    private static final String WAY =
            "the page is stale: run the integration tests, then this test with -Dguarantees.write, and commit docs/guarantees.md";

    private final List<Section> sections = Section.all();
    private final List<Result> results = Results.under(ROOT).stream()
            .filter(result -> kit().contains(GuaranteesPage.key(result.number(), result.test())))
            .toList();

    @Test
    void thePageIsWhatTheKitAndItsResultsSay() throws IOException {
        GuaranteesPage page = GuaranteesPage.parse(Files.readString(PAGE));
        if (Boolean.getBoolean("guarantees.write")) {
            page = page.with(results);
            Files.writeString(PAGE, page.render(sections));
        }
        assertThat(new TreeSet<>(page.rows())).as(WAY).isEqualTo(new TreeSet<>(kit()));
        List<String> differences = new ArrayList<>();
        for (Result result : results) {
            String says = page.says(result);
            if (!says.equals(result.cell())) {
                differences.add(result + " but the page says: " + says);
            }
        }
        assertThat(differences).as(WAY).isEmpty();
        assertThat(Files.readString(PAGE)).as(WAY).isEqualTo(page.render(sections));
    }

    @Test
    void everyBehaviourThatTheTextNamesHasATest() throws IOException {
        Set<String> numbers = new TreeSet<>();
        sections.forEach(section -> section.tests().forEach(row -> numbers.add(row.number())));
        assertThat(GuaranteesPage.parse(Files.readString(PAGE)).named())
                .isNotEmpty()
                .allSatisfy(number -> assertThat(numbers).contains(number));
    }

    @Test
    void aChangedOutcomeIsADifference() throws IOException {
        GuaranteesPage page = GuaranteesPage.parse(Files.readString(PAGE));
        Section.Row row = sections.get(0).tests().get(0);
        Result failed = new Result(row.number(), row.test(), "failed", "", "memory", "in-process");
        assertThat(page.says(failed)).isNotEqualTo(failed.cell());
        assertThat(page.with(List.of(failed)).says(failed)).isEqualTo("failed");
    }

    private List<String> kit() {
        List<String> tests = new ArrayList<>();
        sections.forEach(section ->
                section.tests().forEach(row -> tests.add(GuaranteesPage.key(row.number(), row.test()))));
        return tests;
    }
}
