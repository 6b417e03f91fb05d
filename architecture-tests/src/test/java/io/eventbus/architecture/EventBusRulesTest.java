package io.eventbus.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventBusRulesTest {

    private static final JavaClasses GOOD =
            new ClassFileImporter().importPackages("io.eventbus.architecture.shop.good");
    private static final JavaClasses BAD = new ClassFileImporter().importPackages("io.eventbus.architecture.shop.bad");

    /** The class of the bad shop that each rule must find, and that no other rule need find. */
    private static final Map<ArchRule, String> CULPRITS = Map.of(
            EventBusRules.NO_BROKER_CLIENT_OUTSIDE_COMPOSITION_ROOTS, "KnowsItsBroker",
            EventBusRules.ONLY_COMPOSITION_ROOTS_SEE_BEHIND_THE_API, "KnowsTheEngine",
            EventBusRules.APPLICATIONS_DO_NOT_USE_THE_SPI, "GoesPastTheBus",
            EventBusRules.HANDLERS_DO_NOT_WAIT_FOR_FUTURES, "WaitingHandler",
            EventBusRules.HANDLERS_DO_NOT_SLEEP, "SleepingHandler",
            EventBusRules.CALLBACKS_DO_NOT_BLOCK, "BlockingCallback",
            EventBusRules.HANDLERS_HAVE_FINAL_FIELDS, "CountingHandler");

    @Test
    void everyRuleHasItsCulprit() {
        assertThat(CULPRITS.keySet()).containsExactlyInAnyOrderElementsOf(EventBusRules.all());
    }

    @Test
    void everyRuleBites() {
        for (ArchRule rule : EventBusRules.all()) {
            assertThat(detailsOf(rule, BAD))
                    .as(rule.getDescription())
                    .isNotEmpty()
                    .allMatch(line -> line.contains(CULPRITS.get(rule)));
        }
    }

    @Test
    void anApplicationThatKeepsThemPasses() {
        for (ArchRule rule : EventBusRules.all()) {
            rule.check(GOOD);
        }
    }

    @Test
    void anApplicationWithoutEventsPasses() {
        JavaClasses nothing = new ClassFileImporter().importClasses(String.class);
        EventBusRules.all().forEach(rule -> rule.check(nothing));
    }

    @Test
    void theExamplesKeepThem() {
        JavaClasses examples = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.eventbus.examples");
        List<String> broken = new ArrayList<>();
        for (ArchRule rule : EventBusRules.all()) {
            broken.addAll(detailsOf(rule, examples));
        }
        assertThat(broken).isEmpty();
    }

    private static List<String> detailsOf(ArchRule rule, JavaClasses classes) {
        return rule.evaluate(classes).getFailureReport().getDetails();
    }
}
