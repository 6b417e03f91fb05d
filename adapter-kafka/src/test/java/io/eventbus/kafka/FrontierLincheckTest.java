package io.eventbus.kafka;

import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The frontier while workers settle and the poll thread looks, against a sequential model. */
@Param(name = "record", gen = IntGen.class, conf = "0:3")
public class FrontierLincheckTest {

    private static final int SCALE = Integer.getInteger("lincheck.scale", 1);
    private static final long[] OFFSETS = {3, 4, 9, 12};
    private static final long END = 20;

    private final Frontier frontier = new Frontier();
    private final Frontier.Slot[] slots = new Frontier.Slot[OFFSETS.length];

    public FrontierLincheckTest() {
        for (int i = 0; i < slots.length; i++) {
            slots[i] = frontier.received(OFFSETS[i]);
        }
        frontier.reached(END);
    }

    @Operation
    public void done(@Param(name = "record") int record) {
        slots[record].done();
    }

    @Operation(nonParallelGroup = "poll thread")
    public long position() {
        return frontier.position();
    }

    @Operation(nonParallelGroup = "poll thread")
    public int size() {
        return frontier.size();
    }

    @Test
    void everyInterleavingAgreesWithTheModel() {
        new ModelCheckingOptions()
                .sequentialSpecification(Model.class)
                .threads(3)
                .actorsPerThread(2)
                .iterations(5 * SCALE)
                .invocationsPerIteration(200)
                .check(FrontierLincheckTest.class);
    }

    /** The same on real threads; only in {@code -Pconcurrency}, for it takes its time. */
    @Test
    @EnabledIfSystemProperty(named = "lincheck.scale", matches = "\\d+")
    void realThreadsAgreeToo() {
        new StressOptions()
                .sequentialSpecification(Model.class)
                .threads(3)
                .actorsPerThread(2)
                .iterations(5 * SCALE)
                .invocationsPerIteration(5_000)
                .check(FrontierLincheckTest.class);
    }

    /** The same, said plainly. */
    public static class Model {

        private final boolean[] done = new boolean[OFFSETS.length];

        public void done(int record) {
            done[record] = true;
        }

        public long position() {
            int first = first();
            return first == OFFSETS.length ? END : OFFSETS[first];
        }

        public int size() {
            return OFFSETS.length - first();
        }

        private int first() {
            int first = 0;
            while (first < OFFSETS.length && done[first]) {
                first++;
            }
            return first;
        }
    }
}
