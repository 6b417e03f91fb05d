package io.eventbus.core.consume;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A retirement under every interleaving of few steps: once it has waited nothing runs, and nothing starts any more. */
public class OwnershipWaitLincheckTest {

    private static final int SCALE = Integer.getInteger("lincheck.scale", 1);
    private final Ownership ownership = new Ownership();
    private final DeliveryTask task = Received.task(1, ownership);
    private final AtomicBoolean retired = new AtomicBoolean();

    @Operation
    public void work() {
        if (ownership.enter(task)) {
            if (retired.get()) {
                throw new IllegalStateException("work after the retirement");
            }
            ownership.exit(task);
        }
    }

    @Operation(nonParallelGroup = "revoker")
    public int retire() throws InterruptedException {
        ownership.leave();
        int left = ownership.awaitIdle(0, System.nanoTime() + 1_000_000_000_000L);
        retired.set(true);
        ownership.gone();
        return left;
    }

    @Validate
    public void nothingRuns() {
        if (ownership.running(0) != 0 || !ownership.idle(task)) {
            throw new IllegalStateException(ownership.running(0) + " still run");
        }
    }

    @Test
    void nobodyWaitsForEverAndNothingRunsAfterwards() {
        new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(1)
                .iterations(3 * SCALE)
                .invocationsPerIteration(100)
                .check(OwnershipWaitLincheckTest.class);
    }

    /** The same on real threads; only in {@code -Pconcurrency}, for it takes its time. */
    @Test
    @EnabledIfSystemProperty(named = "lincheck.scale", matches = "\\d+")
    void realThreadsAgreeToo() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(1)
                .iterations(3 * SCALE)
                .invocationsPerIteration(5_000)
                .check(OwnershipWaitLincheckTest.class);
    }
}
