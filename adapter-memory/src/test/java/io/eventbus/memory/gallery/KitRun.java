package io.eventbus.memory.gallery;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of the contract kit, or of a part of it, on a mutant, within the running test. */
final class KitRun {

    static {
        // Of a fault's time its length matters to a real broker only. The kit reads these when its class of faults is
        // loaded.
        System.getProperties().putIfAbsent("eventbus.faults.cut", "2");
        System.getProperties().putIfAbsent("eventbus.faults.storm", "6");
    }

    private KitRun() {}

    /** Runs one behaviour. */
    static List<Verdict> of(Mutant mutant, Duration patience, String behaviour) {
        return of(mutant, patience, behaviour::equals);
    }

    /** Runs all behaviours whose number is asked for. */
    static List<Verdict> of(Mutant mutant, Duration patience, Predicate<String> behaviours) {
        PostDiscoveryFilter asked = test ->
                FilterResult.includedIf(test.getTags().stream().anyMatch(tag -> behaviours.test(tag.getName())));
        return run(LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(GalleryContract.class), selectClass(GalleryFaults.class))
                .configurationParameter(GalleryContract.MUTANT, mutant.name())
                .configurationParameter(GalleryContract.PATIENCE, patience.toString())
                .filters(asked)
                .build());
    }

    private static List<Verdict> run(LauncherDiscoveryRequest request) {
        Verdicts verdicts = new Verdicts();
        // Nothing that listens to the build's own run is to hear of this one.
        LauncherConfig alone = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .build();
        LauncherFactory.create(alone).execute(request, verdicts);
        return verdicts.all;
    }

    /**
     * What one test of the kit said.
     *
     * @param behaviour its number
     * @param test its name
     * @param millis how long it took
     * @param failure why it failed, or null if it passed
     */
    record Verdict(String behaviour, String test, long millis, Throwable failure) {

        boolean passed() {
            return failure == null;
        }

        /** Why it failed, on one line. */
        String why() {
            return failure == null ? "" : failure.toString().strip().replaceAll("\\s+", " ");
        }

        @Override
        public String toString() {
            return behaviour + " " + test + (passed() ? " passed" : " failed: " + why());
        }
    }

    private static final class Verdicts implements TestExecutionListener {

        private final List<Verdict> all = new ArrayList<>();
        private final Map<String, Long> started = new HashMap<>();

        @Override
        public void executionStarted(TestIdentifier test) {
            started.put(test.getUniqueId(), System.nanoTime());
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            Throwable failure = result.getThrowable().orElse(null);
            if (test.isTest() || failure != null) {
                long nanos = System.nanoTime() - started.get(test.getUniqueId());
                all.add(new Verdict(number(test), name(test), TimeUnit.NANOSECONDS.toMillis(nanos), failure));
            }
        }

        private static String number(TestIdentifier test) {
            return test.getTags().stream().map(TestTag::getName).findFirst().orElse("-");
        }

        private static String name(TestIdentifier test) {
            return test.getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(source -> ((MethodSource) source).getMethodName())
                    .orElse(test.getDisplayName());
        }
    }
}
