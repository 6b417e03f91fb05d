package io.eventbus.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The arrows and habits of the library, as rules over the packages below a root: the library's own, or a gallery of violations. */
final class LibraryRules {

    private static final List<String> MODULES = List.of("core", "memory", "nats", "kafka", "outbox", "testkit");
    private static final List<String> ADAPTERS = List.of("memory", "nats", "kafka");
    private static final Set<String> ASYNC_WITHOUT_EXECUTOR = Set.of("parallelStream", "parallel", "commonPool");
    private static final Set<String> CALLED_BACK = Set.of(
            "io.eventbus.api.spi.SendCallback",
            "io.nats.client.MessageHandler",
            "io.nats.client.ConnectionListener",
            "io.nats.client.ErrorListener",
            "org.apache.kafka.clients.producer.Callback");
    private static final String GUICE = "com.google.inject..";
    private static final DescribedPredicate<JavaClass> GUICE_MODULE = describe(
            "Guice modules",
            type -> type.isAssignableTo("com.google.inject.Module")
                    && type.getSimpleName().endsWith("Module"));

    private final String root;
    private final Map<String, ArchRule> rules = new LinkedHashMap<>();

    LibraryRules(String root) {
        this.root = root;
        arrows();
        clients();
        frameworks();
        threads();
        habits();
    }

    /** All rules by name. */
    Map<String, ArchRule> all() {
        return rules;
    }

    private void arrows() {
        rules.put(
                "the api sees no other module",
                noClasses()
                        .that()
                        .resideInAPackage(in("api"))
                        .should(dependOnClassesThat(inModules(MODULES).or(inModules(List.of("examples"))))));
        for (String module : MODULES) {
            List<String> others = new ArrayList<>(MODULES);
            others.remove(module);
            rules.put(
                    module + " sees no module but the api",
                    noClasses().that().resideInAPackage(in(module)).should(dependOnClassesThat(inModules(others))));
        }
        rules.put(
                "nothing sees the examples",
                noClasses()
                        .that()
                        .resideOutsideOfPackage(in("examples"))
                        .should(dependOnClassesThat(resideInAPackage(in("examples")))));
        rules.put(
                "packages have no cycles",
                slices().matching(root + ".(**)").should().beFreeOfCycles());
        rules.put(
                "an adapter is one flat package",
                noClasses()
                        .should()
                        .resideInAnyPackage(ADAPTERS.stream()
                                .map(a -> root + "." + a + ".*..")
                                .toArray(String[]::new)));
        rules.put(
                "an adapter shows at most four types",
                classes()
                        .that(inModules(ADAPTERS).and(describe("are modules' marks", this::isTransport)))
                        .should(liveWithAtMostFourPublicTypes()));
        rules.put(
                "the pools know no envelope",
                noClasses()
                        .that()
                        .resideInAPackage(in("core.pool"))
                        .should(dependOnClassesThat(resideInAPackage(in("api"))
                                .and(not(resideInAPackage(in("api.config"))))
                                .and(not(assignableTo(RuntimeException.class))))));
    }

    private void clients() {
        rules.put(
                "only nats sees io.nats",
                noClasses()
                        .that()
                        .resideOutsideOfPackage(in("nats"))
                        .should(dependOnClassesThat(resideInAPackage("io.nats.."))));
        rules.put(
                "only kafka sees org.apache.kafka",
                noClasses()
                        .that()
                        .resideOutsideOfPackage(in("kafka"))
                        .should(dependOnClassesThat(resideInAPackage("org.apache.kafka.."))));
        rules.put(
                // The kit's databases are what the outbox is tested on: they hand out sources of connections. The
                // examples play services that have one.
                "only the outbox, the kit's databases and the examples see java.sql",
                noClasses()
                        .that()
                        .resideOutsideOfPackages(in("outbox"), in("testkit.database"), in("examples"))
                        .should(dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql.."))));
        rules.put(
                "nothing deletes a consumer or a group but that of an anonymous subscription",
                noClasses()
                        .that()
                        .haveSimpleNameNotStartingWith("Anonymous")
                        .should(accessTargetWhere(calling("deleteConsumer", "deleteConsumerGroups"))));
    }

    private void frameworks() {
        rules.put(
                "api and core see only the named frameworks",
                classes()
                        .that(inModules(List.of("api", "core")))
                        .should()
                        .onlyDependOnClassesThat(resideInAnyPackage(
                                root + "..",
                                "java..",
                                "org.jspecify..",
                                "org.slf4j..",
                                "com.google.errorprone.annotations..",
                                "com.fasterxml.jackson.core..",
                                "net.jpountz..",
                                GUICE)));
        rules.put(
                "the api sees only java and jspecify",
                classes()
                        .that()
                        .resideInAPackage(in("api"))
                        .should()
                        .onlyDependOnClassesThat(resideInAnyPackage(in("api"), "java..", "org.jspecify..")));
        rules.put(
                "only modules see Guice",
                library()
                        .and(not(GUICE_MODULE))
                        .should(dependOnClassesThat(resideInAnyPackage(GUICE, "jakarta.inject..", "javax.inject.."))));
        rules.put(
                "nothing is annotated with Inject",
                classes().that(inModules(MODULES)).should(haveNoInject()));
        rules.put(
                "modules only bind",
                noClasses()
                        .that(GUICE_MODULE)
                        .and(inModules(MODULES))
                        .should(dependOnClassesThat(
                                resideInAnyPackage("java.io..", "java.nio..", "java.net..", "java.util.concurrent..")))
                        .orShould(accessTargetWhere(describe(
                                "constructors or methods of threads and loggers",
                                access -> access.getTargetOwner().isAssignableTo(Thread.class)
                                        || access.getTargetOwner()
                                                .getPackageName()
                                                .startsWith("org.slf4j")))));
    }

    private void threads() {
        rules.put("nothing sleeps", library().should(accessTargetWhere(Calls.toSleep())));
        rules.put(
                "nothing uses the common pool",
                library().should(accessTargetWhere(describe("the common pool", LibraryRules::usesCommonPool))));
        rules.put(
                "nothing waits for a future without a limit",
                library().should(accessTargetWhere(Calls.toAwaitFutureForEver())));
        rules.put(
                "nothing joins a future",
                library()
                        .should(accessTargetWhere(describe(
                                "CompletableFuture.join",
                                access -> access.getName().equals("join")
                                        && access.getTargetOwner()
                                                .isAssignableTo(java.util.concurrent.CompletableFuture.class)))));
        rules.put(
                "what a client or adapter calls back does not block",
                noClasses()
                        .that(describe("callbacks of a client or of an adapter", this::isCalledBack))
                        .should(new Reach(CALLED_BACK, Calls.toBlock())));
    }

    private void habits() {
        rules.put(
                "logs go through slf4j",
                library().should(dependOnClassesThat(resideInAPackage("java.util.logging.."))));
        rules.put(
                "nothing is printed",
                library()
                        .should(accessTargetWhere(describe(
                                "System.out, System.err or printStackTrace",
                                access -> access.getTargetOwner().isEquivalentTo(System.class)
                                                && Set.of("out", "err").contains(access.getName())
                                        || access.getTarget().getFullName().endsWith("printStackTrace()")))));
        rules.put(
                "a class is named for what it is",
                noClasses().should(haveSimpleNameMatching(".*(Manager|Helper|Helpers|Util|Utils|Impl)")));
        rules.put(
                "accessors have no get",
                noClasses()
                        .that(inModules(MODULES).or(inModules(List.of("api"))))
                        .should(declareGetters()));
        rules.put(
                "nothing is synchronized on the outside",
                library()
                        .and(describe("are public", type -> type.getModifiers().contains(JavaModifier.PUBLIC)))
                        .should(declareSynchronizedPublicMethods()));
    }

    /** Everything that runs inside an application: the api, the engine, the adapters and the outbox. */
    private GivenClassesConjunction library() {
        List<String> modules = new ArrayList<>(ADAPTERS);
        modules.add("api");
        modules.add("core");
        modules.add("outbox");
        return noClasses().that(inModules(modules));
    }

    private DescribedPredicate<JavaClass> inModules(List<String> modules) {
        return resideInAnyPackage(modules.stream().map(this::in).toArray(String[]::new));
    }

    private String in(String module) {
        return root + "." + module + "..";
    }

    private boolean isTransport(JavaClass type) {
        return type.getSimpleName().endsWith("Transport");
    }

    private boolean isCalledBack(JavaClass type) {
        return inModules(ADAPTERS).or(inModules(List.of("core"))).test(type)
                && !type.isInterface()
                && CALLED_BACK.stream().anyMatch(type::isAssignableTo);
    }

    private static boolean usesCommonPool(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        if (owner.startsWith("java.util.") && ASYNC_WITHOUT_EXECUTOR.contains(access.getName())) {
            return true;
        }
        return owner.startsWith("java.util.concurrent.Completa")
                && access.getName().endsWith("Async")
                && !access.getDescription().contains("Executor");
    }

    private static DescribedPredicate<JavaAccess<?>> calling(String... names) {
        return describe(
                "methods named " + String.join(" or ", names),
                access -> Set.of(names).contains(access.getName()));
    }

    private static ArchCondition<JavaClass> haveSimpleNameMatching(String pattern) {
        return condition("have a simple name like " + pattern, (type, events) -> {
            boolean matches = type.getSimpleName().matches(pattern);
            events.add(new SimpleConditionEvent(type, matches, type.getName()));
        });
    }

    private static ArchCondition<JavaClass> declareGetters() {
        return condition("declare getters of their own", (type, events) -> {
            for (JavaCodeUnit method : type.getMethods()) {
                boolean getter = method.getName().matches("get[A-Z].*")
                        && method.getRawParameterTypes().isEmpty()
                        && !type.isAssignableTo(Throwable.class)
                        && !overridesForeign(method);
                events.add(new SimpleConditionEvent(type, getter, method.getFullName()));
            }
        });
    }

    private static ArchCondition<JavaClass> declareSynchronizedPublicMethods() {
        return condition("declare public synchronized methods", (type, events) -> {
            for (JavaCodeUnit method : type.getMethods()) {
                boolean exposed =
                        method.getModifiers().containsAll(Set.of(JavaModifier.PUBLIC, JavaModifier.SYNCHRONIZED));
                events.add(new SimpleConditionEvent(type, exposed, method.getFullName()));
            }
        });
    }

    private static boolean overridesForeign(JavaCodeUnit method) {
        return method.getOwner().getAllRawInterfaces().stream()
                        .anyMatch(type -> type.tryGetMethod(method.getName()).isPresent())
                || method.getOwner().getAllRawSuperclasses().stream()
                        .anyMatch(type -> type.tryGetMethod(method.getName()).isPresent());
    }

    private static ArchCondition<JavaClass> haveNoInject() {
        return condition("have no @Inject", (type, events) -> {
            for (JavaMember member : type.getAllMembers()) {
                if (!member.getOwner().equals(type)) {
                    continue;
                }
                for (JavaAnnotation<?> annotation : member.getAnnotations()) {
                    if (annotation.getRawType().getSimpleName().equals("Inject")) {
                        events.add(SimpleConditionEvent.violated(
                                member, member.getFullName() + " is annotated with Inject"));
                    }
                }
            }
        });
    }

    private ArchCondition<JavaClass> liveWithAtMostFourPublicTypes() {
        return condition("live with at most four public types", (type, events) -> {
            List<String> shown = type.getPackage().getClasses().stream()
                    .filter(each -> each.getModifiers().contains(JavaModifier.PUBLIC))
                    .filter(each -> !each.isArray() && each.getEnclosingClass().isEmpty())
                    .map(JavaClass::getSimpleName)
                    .toList();
            events.add(new SimpleConditionEvent(type, shown.size() <= 4, type.getPackageName() + " shows " + shown));
        });
    }

    private static ArchCondition<JavaClass> condition(String description, Check check) {
        return new ArchCondition<>(description) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                check.check(type, events);
            }
        };
    }

    private interface Check {
        void check(JavaClass type, ConditionEvents events);
    }
}
