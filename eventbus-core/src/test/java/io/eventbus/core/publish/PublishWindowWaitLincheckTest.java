package io.eventbus.core.publish;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Waiting for a place under every interleaving of few steps: whoever waits is let in, and all places come back. */
public class PublishWindowWaitLincheckTest {

    private static final int SCALE = Integer.getInteger("lincheck.scale", 1);
    private final PublishWindow window = new PublishWindow(1, 10);

    @Operation
    public boolean pass() {
        return passAs(false);
    }

    @Operation
    public boolean passOnCallbackThread() {
        return passAs(true);
    }

    /** An outcome that holds publishers up until it has been delivered. */
    @Operation
    public void deliver() {
        window.resultsPending(2);
        window.resultsDelivered(1);
        window.resultsDelivered(1);
    }

    @Validate
    public void allPlacesAreBack() {
        if (window.messages() != 0 || window.bytes() != 0 || window.undelivered() != 0) {
            throw new IllegalStateException(window.messages() + " places taken, " + window.undelivered() + " outcomes");
        }
    }

    private boolean passAs(boolean callbackThread) {
        boolean taken = window.take(3, callbackThread, Long.MAX_VALUE) == PublishWindow.Entry.TAKEN;
        if (taken) {
            window.give(3);
        }
        return taken;
    }

    @Test
    void nobodyWaitsForEver() {
        new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(1)
                .iterations(3 * SCALE)
                .invocationsPerIteration(100)
                .check(PublishWindowWaitLincheckTest.class);
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
                .check(PublishWindowWaitLincheckTest.class);
    }
}
