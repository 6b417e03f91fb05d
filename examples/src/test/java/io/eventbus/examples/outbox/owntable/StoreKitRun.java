package io.eventbus.examples.outbox.owntable;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A run of one behaviour of the kit on a mutant, within the running test. */
final class StoreKitRun {

    private StoreKitRun() {}

    static List<Verdict> of(StoreMutant mutant, String behaviour) {
        Verdicts verdicts = new Verdicts();
        // Nothing that listens to the build's own run is to hear of this one.
        LauncherConfig alone = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .build();
        LauncherFactory.create(alone)
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(MutantContract.class))
                                .configurationParameter(MutantContract.MUTANT, mutant.name())
                                .filters(TagFilter.includeTags(behaviour))
                                .build(),
                        verdicts);
        return verdicts.all;
    }

    /**
     * What one test of the kit said.
     *
     * @param test its name
     * @param failure why it failed, or null if it passed
     */
    record Verdict(String test, Throwable failure) {

        boolean passed() {
            return failure == null;
        }

        /** Why it failed, on one line. */
        String why() {
            return failure == null ? "" : failure.toString().strip().replaceAll("\\s+", " ");
        }

        @Override
        public String toString() {
            return test + (passed() ? " passed" : " failed: " + why());
        }
    }

    private static final class Verdicts implements TestExecutionListener {

        private final List<Verdict> all = new ArrayList<>();

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            Throwable failure = result.getThrowable().orElse(null);
            if (test.isTest() || failure != null) {
                all.add(new Verdict(test.getDisplayName(), failure));
            }
        }
    }
}
