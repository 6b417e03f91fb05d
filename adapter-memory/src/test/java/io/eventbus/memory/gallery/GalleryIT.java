package io.eventbus.memory.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.memory.gallery.KitRun.Verdict;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The proof that the contract kit bites: on an adapter with one defect, the test named for it fails, and for that reason. */
class GalleryIT {

    private static final Map<String, List<Verdict>> SOUND = new HashMap<>();

    static List<Line> lines() {
        return Line.ALL;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void namedTestFailsForItsReasonOnTheMutantAndPassesOnTheSoundAdapter(Line line) {
        List<Verdict> broken = KitRun.of(line.mutant(), line.patience(), line.behaviour());
        List<Verdict> failed = broken.stream().filter(v -> !v.passed()).toList();
        assertThat(failed).as("tests of " + line.behaviour() + " that fail").isNotEmpty();
        assertThat(failed)
                .as("the reason why they fail")
                .anySatisfy(verdict -> assertThat(verdict.why()).contains(line.reason()));
        assertThat(failed)
                .as("failures by an assertion of the kit, not by an accident of the mutant")
                .allMatch(verdict -> verdict.failure() instanceof AssertionError);
        assertThat(soundOn(line.behaviour()))
                .as("tests of " + line.behaviour() + " on the sound adapter")
                .isNotEmpty()
                .allMatch(Verdict::passed);
    }

    private static List<Verdict> soundOn(String behaviour) {
        return SOUND.computeIfAbsent(behaviour, b -> KitRun.of(Mutant.SOUND, Duration.ofSeconds(60), b));
    }
}
