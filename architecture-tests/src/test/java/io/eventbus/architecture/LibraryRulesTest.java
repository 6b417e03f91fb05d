package io.eventbus.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class LibraryRulesTest {

    private static final JavaClasses LIBRARY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("io/eventbus/architecture"))
            .importPackages("io.eventbus");

    private static final String GALLERY = "io.eventbus.architecture.gallery";

    private static final JavaClasses VIOLATIONS = new ClassFileImporter().importPackages(GALLERY);

    @Test
    void everyModuleIsLookedAt() {
        assertThat(LIBRARY.stream().map(JavaClass::getPackageName).distinct())
                .contains(
                        "io.eventbus.api",
                        "io.eventbus.core",
                        "io.eventbus.core.pool",
                        "io.eventbus.memory",
                        "io.eventbus.nats",
                        "io.eventbus.kafka",
                        "io.eventbus.testkit.contract",
                        "io.eventbus.testkit.database");
    }

    @TestFactory
    Stream<DynamicTest> theLibraryKeeps() {
        return new LibraryRules("io.eventbus")
                .all().entrySet().stream()
                        .map(rule -> dynamicTest(
                                rule.getKey(),
                                () -> rule.getValue().allowEmptyShould(true).check(LIBRARY)));
    }

    @TestFactory
    Stream<DynamicTest> theGalleryBreaks() {
        return new LibraryRules(GALLERY)
                .all().entrySet().stream()
                        .map(rule -> dynamicTest(rule.getKey(), () -> {
                            EvaluationResult result = rule.getValue().evaluate(VIOLATIONS);
                            assertThat(result.hasViolation()).as(rule.getKey()).isTrue();
                        }));
    }
}
