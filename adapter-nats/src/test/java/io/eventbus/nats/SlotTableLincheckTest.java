package io.eventbus.nats;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The slot table against a counter: as many claims as there are slots, each settled once by its owner, never by a stale token. */
@Param(name = "thread", gen = ThreadIdGen.class)
public class SlotTableLincheckTest {

    private static final int SCALE = Integer.getInteger("lincheck.scale", 1);
    private static final int CAPACITY = 2;
    private static final int THREADS = 8;

    private final SlotTable<Integer> table = new SlotTable<>(CAPACITY);
    private final long[] tokens = new long[THREADS];
    private final boolean[] claimed = new boolean[THREADS];

    @Operation
    public boolean claim(@Param(name = "thread") int thread) {
        if (claimed[thread]) {
            return false;
        }
        long token = table.claim(thread, 0);
        claimed[thread] = token >= 0;
        if (token >= 0) {
            tokens[thread] = token;
        }
        return token >= 0;
    }

    @Operation
    public int settle(@Param(name = "thread") int thread) {
        if (!claimed[thread]) {
            return -1;
        }
        claimed[thread] = false;
        Integer value = table.settle(tokens[thread]);
        Integer again = table.settle(tokens[thread]);
        return value == null || again != null ? -2 : value;
    }

    @Test
    void everyInterleavingAgreesWithTheModel() {
        new ModelCheckingOptions()
                .sequentialSpecification(Model.class)
                .threads(2)
                .actorsPerThread(3)
                .iterations(3 * SCALE)
                .invocationsPerIteration(200)
                .check(SlotTableLincheckTest.class);
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
                .check(SlotTableLincheckTest.class);
    }

    /** The same, said plainly. */
    public static class Model {

        private final boolean[] claimed = new boolean[THREADS];
        private int used;

        public boolean claim(int thread) {
            if (claimed[thread] || used == CAPACITY) {
                return false;
            }
            used++;
            claimed[thread] = true;
            return true;
        }

        public int settle(int thread) {
            if (!claimed[thread]) {
                return -1;
            }
            claimed[thread] = false;
            used--;
            return thread;
        }
    }
}
