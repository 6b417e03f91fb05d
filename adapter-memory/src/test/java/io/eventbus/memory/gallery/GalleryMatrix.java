package io.eventbus.memory.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.memory.gallery.KitRun.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every mutant against every test of the kit: a test that no mutant can break is suspect. Takes long, so it runs with the profile
 * {@code gallery-matrix} only; the outcome is written to {@code target/gallery.md}, from where it goes to the documentation.
 *
 * <p>Most of the time is waiting, so several mutants run at once ({@code -Dgallery.threads}). The sound adapter runs among them: what fails
 * there fails for want of time, and counts for no mutant. {@code -Dgallery.behaviours} and {@code -Dgallery.mutants} take a regular expression
 * each for a part of the matrix, such as {@code C(09|10).} and {@code .*CLOSE.*}.
 */
class GalleryMatrix {

    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final int THREADS = Integer.getInteger("gallery.threads", 4);
    private static final Predicate<String> BEHAVIOURS =
            Pattern.compile(System.getProperty("gallery.behaviours", ".*")).asMatchPredicate();
    private static final Pattern MUTANTS = Pattern.compile(System.getProperty("gallery.mutants", ".*"));
    /** What no wrapper can break: what is refused by the api, and what the memory adapter has none of. The page says why of each. */
    private static final Set<String> OUT_OF_REACH = Set.of(
            "C108 everythingThatIsWrongWithASubscriptionIsInOneReport",
            "C129 descriptionMasksSecrets",
            // Other processes, slow lines, and topics that can be deleted.
            "C106 terminatedProcessThatClosesItsBusLeavesNothingUndone",
            "C113 slowLineCausesNeitherDuplicatesNorRebalances",
            "C114 deletedGroupIsMadeAgainWhereItWas",
            "C114 deletedGroupWithoutOrderIsMadeAgainWhereItWas",
            "C114 deletedTopicIsMadeAgainUnderTheRunningSubscription",
            "C114 subscriptionOfADeletedTopicIsDownAndSaysWhyUntilTheTopicIsThereAgain",
            "C116 everyEffectHappensThoughProcessesAreKilledBeforeTheyAcknowledge",
            "C117 frozenProcessThatWakesUpLateTakesNothingFromTheNewOwner");

    /** What looks at the threads of the whole JVM. */
    private static final Set<String> ALONE = Set.of("C105", "C108", "C126");

    /** What failed so far, for who cannot wait. */
    private static final Path PROGRESS = Path.of("target", "gallery-progress.txt");

    private static final Path REPORT = Path.of("target", "gallery.md");

    @Test
    void everyTestOfTheKitIsFailedBySomeMutant() throws Exception {
        Map<Mutant, List<Verdict>> all = runAll();
        Set<String> tests = new TreeSet<>();
        Map<String, Set<Mutant>> killers = new TreeMap<>();
        Set<String> noise = new TreeSet<>();
        all.get(Mutant.SOUND).forEach(verdict -> {
            tests.add(test(verdict));
            if (!verdict.passed()) {
                noise.add(test(verdict));
            }
        });
        all.forEach((mutant, verdicts) -> {
            for (Verdict verdict : verdicts) {
                if (!verdict.passed() && !noise.contains(test(verdict))) {
                    killers.computeIfAbsent(test(verdict), t -> new TreeSet<>()).add(mutant);
                }
            }
        });
        Set<String> unbroken = new TreeSet<>(tests);
        unbroken.removeAll(killers.keySet());
        write(all, noise, killers, unbroken);
        assertThat(noise).as("tests that fail on the sound adapter").isEmpty();
        assertThat(unbroken)
                .as("tests that no mutant fails: find a defect that does, or mend the test; see " + REPORT)
                .isSubsetOf(OUT_OF_REACH);
    }

    private static Map<Mutant, List<Verdict>> runAll() throws Exception {
        Files.createDirectories(PROGRESS.getParent());
        Files.deleteIfExists(PROGRESS);
        List<Mutant> mutants = new ArrayList<>();
        for (Mutant mutant : Mutant.values()) {
            if (mutant == Mutant.SOUND || MUTANTS.matcher(mutant.name()).matches()) {
                mutants.add(mutant);
            }
        }
        Map<Mutant, List<Verdict>> all = new EnumMap<>(Mutant.class);
        for (Mutant mutant : mutants) {
            all.put(mutant, new ArrayList<>(run(mutant, ALONE::contains)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            Map<Mutant, Future<List<Verdict>>> runs = new EnumMap<>(Mutant.class);
            for (Mutant mutant : mutants) {
                runs.put(mutant, threads.submit(() -> run(mutant, behaviour -> !ALONE.contains(behaviour))));
            }
            for (Map.Entry<Mutant, Future<List<Verdict>>> run : runs.entrySet()) {
                all.get(run.getKey()).addAll(run.getValue().get(4, TimeUnit.HOURS));
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Verdict> run(Mutant mutant, Predicate<String> part) throws IOException {
        List<Verdict> verdicts = KitRun.of(mutant, PATIENCE, part.and(BEHAVIOURS));
        StringBuilder lines = new StringBuilder();
        for (Verdict verdict : verdicts) {
            if (!verdict.passed()) {
                lines.append(mutant)
                        .append(": ")
                        .append(shortened(verdict.toString()))
                        .append('\n');
            }
        }
        synchronized (PROGRESS) {
            Files.writeString(PROGRESS, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        return verdicts;
    }

    private static String test(Verdict verdict) {
        return verdict.behaviour() + " " + verdict.test();
    }

    private static void write(
            Map<Mutant, List<Verdict>> all, Set<String> noise, Map<String, Set<Mutant>> killers, Set<String> unbroken)
            throws Exception {
        List<String> report = new ArrayList<>();
        report.add("| mutant | fails |");
        report.add("|---|---|");
        all.forEach((mutant, verdicts) -> {
            Set<String> failed = new TreeSet<>();
            for (Verdict verdict : verdicts) {
                if (!verdict.passed() && !noise.contains(test(verdict))) {
                    failed.add(verdict.behaviour());
                }
            }
            report.add("| " + mutant + " | " + (failed.isEmpty() ? "nothing" : String.join(" ", failed)) + " |");
        });
        report.add("");
        report.add("| test | mutants that fail it |");
        report.add("|---|---|");
        killers.forEach((test, by) -> report.add("| " + test + " | " + by.size() + ": "
                + String.join(", ", by.stream().map(Mutant::toString).toList()) + " |"));
        report.add("");
        report.add("Failed by no mutant: " + unbroken);
        report.add("Failed by the sound adapter: " + noise);
        report.add("");
        all.forEach((mutant, verdicts) -> {
            report.add("## " + mutant);
            for (Verdict verdict : verdicts) {
                if (!verdict.passed()) {
                    report.add("- " + shortened(verdict.toString()));
                }
            }
        });
        Files.createDirectories(REPORT.getParent());
        Files.write(REPORT, report);
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(400, text.length()));
    }
}
