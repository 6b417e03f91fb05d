package io.eventbus.core.publish;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A lane under every interleaving of few steps: one head at a time, none forgotten, no entry left. */
public class PublishLanesLincheckTest {

    private static final int SCALE = Integer.getInteger("lincheck.scale", 1);
    private final PublishLanes<Turn> lanes = new PublishLanes<>();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicInteger passed = new AtomicInteger();

    /** Enters, and if it is the head takes on its turn and those that follow. */
    @Operation
    public void pass() {
        entered.incrementAndGet();
        Turn turn = new Turn();
        if (!lanes.enter("key", turn)) {
            return;
        }
        for (Turn head = turn; head != null; head = lanes.leave("key", head)) {
            if (inside.incrementAndGet() != 1) {
                throw new IllegalStateException("two heads at once");
            }
            passed.incrementAndGet();
            inside.decrementAndGet();
        }
    }

    @Validate
    public void nothingIsLeft() {
        if (entered.get() != passed.get() || lanes.size() != 0) {
            throw new IllegalStateException(entered + " entered, " + passed + " passed, " + lanes.size() + " lanes");
        }
    }

    @Test
    void everyInterleavingHasOneHeadAndForgetsNone() {
        new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(2)
                .iterations(2 * SCALE)
                .invocationsPerIteration(150)
                .check(PublishLanesLincheckTest.class);
    }

    /** The same on real threads; only in {@code -Pconcurrency}, for it takes its time. */
    @Test
    @EnabledIfSystemProperty(named = "lincheck.scale", matches = "\\d+")
    void realThreadsAgreeToo() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(2)
                .iterations(2 * SCALE)
                .invocationsPerIteration(5_000)
                .check(PublishLanesLincheckTest.class);
    }

    /** A member of the lane. */
    public static final class Turn extends PublishLanes.Node {}
}
