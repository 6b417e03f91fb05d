package io.eventbus.core.publish;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** A lane under every interleaving of few steps: one head at a time, none forgotten, no entry left. */
public class PublishLanesLincheckTest {

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
                .iterations(2)
                .invocationsPerIteration(150)
                .check(PublishLanesLincheckTest.class);
    }

    /** A member of the lane. */
    public static final class Turn extends PublishLanes.Node {}
}
