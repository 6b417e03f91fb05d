package io.eventbus.examples.outbox.owntable;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.examples.outbox.owntable.StoreKitRun.Verdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The proof that the kit for stores bites: on a store with one defect, the test named for it fails, and for that reason. */
class StoreGalleryIT {

    private static final Map<String, List<Verdict>> SOUND = new HashMap<>();

    static List<StoreLine> lines() {
        return StoreLine.ALL;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lines")
    void namedTestFailsForItsReasonOnTheMutantAndPassesOnTheSoundStore(StoreLine line) {
        List<Verdict> failed = StoreKitRun.of(line.mutant(), line.behaviour()).stream()
                .filter(verdict -> !verdict.passed())
                .toList();
        assertThat(failed).as("tests of " + line.behaviour() + " that fail").isNotEmpty();
        assertThat(failed)
                .as("the reason why they fail")
                .anySatisfy(verdict -> assertThat(verdict.why()).contains(line.reason()));
        assertThat(failed)
                .as("failures by an assertion of the kit, not by an accident of the mutant")
                .allMatch(verdict -> verdict.failure() instanceof AssertionError);
        assertThat(SOUND.computeIfAbsent(line.behaviour(), behaviour -> StoreKitRun.of(StoreMutant.SOUND, behaviour)))
                .as("tests of " + line.behaviour() + " on the sound store")
                .isNotEmpty()
                .allMatch(Verdict::passed);
    }
}
