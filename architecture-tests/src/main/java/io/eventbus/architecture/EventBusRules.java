package io.eventbus.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.List;

/**
 * Rules for applications on the event bus. Each can be checked alone, in a unit test of the application:
 *
 * <pre>{@code
 * @AnalyzeClasses(packages = "com.example.orders")
 * class ArchitectureTest {
 *     @ArchTest static final ArchRule broker = EventBusRules.NO_BROKER_CLIENT_OUTSIDE_COMPOSITION_ROOTS;
 *     @ArchTest static final ArchRule handlers = EventBusRules.HANDLERS_DO_NOT_WAIT_FOR_FUTURES;
 * }
 * }</pre>
 *
 * <p>A <em>composition root</em> is where an application decides on its broker: a Guice module, a class that gives modules or makes an
 * injector from them, a class with a {@code main} method, and what is nested in one of these. Library classes (below {@code io.eventbus}) are never looked at but as targets. A rule that finds no class to look at
 * passes.
 *
 * <p>What a handler or callback does is followed through the methods of its own class, not into other classes. A handler or callback that is
 * written as a lambda is not seen, and neither are the bodies of lambdas inside it.
 *
 * <p>Concurrency: rules are immutable and can be checked by several threads at once.
 */
public final class EventBusRules {

    private static final String API = "io.eventbus.api";
    private static final List<String> WIRING = List.of("com.google.inject.Module", "com.google.inject.Guice");
    private static final List<String> HANDLERS = List.of(API + ".EventHandler");
    private static final List<String> CALLBACKS = List.of(API + ".PublishCallback", API + ".PublishResults");
    private static final String[] BROKER_CLIENTS = {"io.nats..", "org.apache.kafka.."};
    private static final String[] BEHIND_THE_API = {
        "io.eventbus.core..", "io.eventbus.memory..", "io.eventbus.nats..", "io.eventbus.kafka.."
    };

    private static final DescribedPredicate<JavaClass> COMPOSITION_ROOT = DescribedPredicate.describe(
            "composition roots", type -> isCompositionRoot(type) || enclosedByCompositionRoot(type));

    private static final DescribedPredicate<JavaClass> HANDLER = DescribedPredicate.describe(
            "event handlers", type -> !type.isInterface() && HANDLERS.stream().anyMatch(type::isAssignableTo));

    private static final DescribedPredicate<JavaClass> CALLBACK = DescribedPredicate.describe(
            "publish callbacks",
            type -> !type.isInterface() && CALLBACKS.stream().anyMatch(type::isAssignableTo));

    /**
     * Only composition roots see the client library of a broker. Everything else would have to change with the broker; what an application
     * needs and the ports lack is a wish to the library.
     */
    public static final ArchRule NO_BROKER_CLIENT_OUTSIDE_COMPOSITION_ROOTS = application()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BROKER_CLIENTS)
            .because(
                    "the broker is chosen in one place; everything else publishes and subscribes through io.eventbus.api")
            .allowEmptyShould(true);

    /** Only composition roots see the engine and the adapters; everything else sees {@code io.eventbus.api}. */
    public static final ArchRule ONLY_COMPOSITION_ROOTS_SEE_BEHIND_THE_API = application()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BEHIND_THE_API)
            .because(
                    "application code depends on the ports in io.eventbus.api, so that the broker stays one line in one module")
            .allowEmptyShould(true);

    /** Only adapters implement and call the service-provider ports; an application that does bypasses order, retry and limits. */
    public static final ArchRule APPLICATIONS_DO_NOT_USE_THE_SPI = application()
            .should()
            .dependOnClassesThat(resideInAPackage(API + ".spi..")
                    .and(DescribedPredicate.not(assignableTo(API + ".spi.PayloadTranscoder"))))
            .because("io.eventbus.api.spi is for adapters: what goes past the bus has no order, no retry and no limits")
            .allowEmptyShould(true);

    /**
     * A handler does not wait for the future of a publish, or of anything else: it holds a worker of a pool that is shared, and if the
     * publish window is full, a pool of waiting handlers stops. Publish with a callback, or wait with a limit outside the handler.
     */
    public static final ArchRule HANDLERS_DO_NOT_WAIT_FOR_FUTURES = noClasses()
            .that(HANDLER)
            .should(new Reach(HANDLERS, Calls.toAwaitFuture()))
            .because("a waiting handler holds a shared worker; compose the future, or publish with a callback")
            .allowEmptyShould(true);

    /** A handler does not sleep to try again later; it returns {@code Outcome.retry}, which holds no worker. */
    public static final ArchRule HANDLERS_DO_NOT_SLEEP = noClasses()
            .that(HANDLER)
            .should(new Reach(HANDLERS, Calls.toSleep()))
            .because("a sleeping handler holds a shared worker; return Outcome.retry(...), whose back-off holds none")
            .allowEmptyShould(true);

    /** A publish callback does not block: few threads serve all callbacks of a bus, and what blocks one delays the outcomes of others. */
    public static final ArchRule CALLBACKS_DO_NOT_BLOCK = noClasses()
            .that(CALLBACK)
            .should(new Reach(CALLBACKS, Calls.toBlock()))
            .because("few threads serve all callbacks of a bus; hand long work to an executor of your own")
            .allowEmptyShould(true);

    /** A handler keeps no state of its own that it changes: it runs on many workers at once, for different aggregates. */
    public static final ArchRule HANDLERS_HAVE_FINAL_FIELDS = classes()
            .that(HANDLER)
            .should()
            .haveOnlyFinalFields()
            .because("a handler runs on many workers at once; only events of one aggregate take turns")
            .allowEmptyShould(true);

    private EventBusRules() {}

    /** All rules of this class, in the order in which they stand here. */
    public static List<ArchRule> all() {
        return List.of(
                NO_BROKER_CLIENT_OUTSIDE_COMPOSITION_ROOTS,
                ONLY_COMPOSITION_ROOTS_SEE_BEHIND_THE_API,
                APPLICATIONS_DO_NOT_USE_THE_SPI,
                HANDLERS_DO_NOT_WAIT_FOR_FUTURES,
                HANDLERS_DO_NOT_SLEEP,
                CALLBACKS_DO_NOT_BLOCK,
                HANDLERS_HAVE_FINAL_FIELDS);
    }

    private static GivenClassesConjunction application() {
        return noClasses()
                .that(DescribedPredicate.not(COMPOSITION_ROOT)
                        .and(DescribedPredicate.not(resideInAnyPackage(
                                "io.eventbus.api..",
                                "io.eventbus.core..",
                                "io.eventbus.memory..",
                                "io.eventbus.nats..",
                                "io.eventbus.kafka..",
                                "io.eventbus.testkit.."))));
    }

    private static boolean enclosedByCompositionRoot(JavaClass type) {
        return type.getEnclosingClass()
                .map(outer -> isCompositionRoot(outer) || enclosedByCompositionRoot(outer))
                .orElse(false);
    }

    private static boolean isCompositionRoot(JavaClass type) {
        return WIRING.stream().anyMatch(type::isAssignableTo) || hasMain(type) || dependsOnWiring(type);
    }

    private static boolean hasMain(JavaClass type) {
        return type.getMethods().stream()
                .anyMatch(method -> method.getName().equals("main")
                        && method.getModifiers().contains(JavaModifier.STATIC)
                        && method.getModifiers().contains(JavaModifier.PUBLIC));
    }

    private static boolean dependsOnWiring(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .anyMatch(dependency ->
                        WIRING.contains(dependency.getTargetClass().getName()));
    }
}
