package io.eventbus.core.pool;

import java.time.Duration;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The limit of an intake against a sequential model. */
@Param(name = "thread", gen = ThreadIdGen.class)
public class IntakeLincheckTest {

    private static final int SCALE = Integer.getInteger("lincheck.scale", 1);
    private static final int LIMIT = 2;
    private static final int THREADS = 8;
    private static final TaskCaller CALLER =
            new TaskCaller(new PoolSettings("test", 1, false, Duration.ofSeconds(1), thrown -> {}));

    private final Intake intake = new Intake(LaneLimits.of(LIMIT, 100), CALLER, () -> {}, () -> {});
    private final int[] held = new int[THREADS];

    @Operation
    public boolean admit(@Param(name = "thread") int thread) {
        boolean admitted = intake.admit(0);
        held[thread] += admitted ? 1 : 0;
        return admitted;
    }

    @Operation
    public boolean finish(@Param(name = "thread") int thread) {
        if (held[thread] == 0) {
            return false;
        }
        held[thread]--;
        intake.finished(0);
        return true;
    }

    @Operation
    public int tasks() {
        return intake.tasks();
    }

    @Test
    void everyInterleavingAgreesWithTheModel() {
        new ModelCheckingOptions()
                .sequentialSpecification(Model.class)
                .threads(2)
                .actorsPerThread(3)
                .iterations(3 * SCALE)
                .invocationsPerIteration(100)
                .check(IntakeLincheckTest.class);
    }

    /** The same on real threads; only in {@code -Pconcurrency}, for it takes its time. */
    @Test
    @EnabledIfSystemProperty(named = "lincheck.scale", matches = "\\d+")
    void realThreadsAgreeToo() {
        new StressOptions()
                .sequentialSpecification(Model.class)
                .threads(2)
                .actorsPerThread(3)
                .iterations(3 * SCALE)
                .invocationsPerIteration(5_000)
                .check(IntakeLincheckTest.class);
    }

    /** The same, said plainly. */
    public static class Model {

        private final int[] held = new int[THREADS];
        private int tasks;

        public boolean admit(int thread) {
            if (tasks == LIMIT) {
                return false;
            }
            tasks++;
            held[thread]++;
            return true;
        }

        public boolean finish(int thread) {
            if (held[thread] == 0) {
                return false;
            }
            held[thread]--;
            tasks--;
            return true;
        }

        public int tasks() {
            return tasks;
        }
    }
}
