package io.eventbus.core.publish;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The publish window against a sequential model, without waiting. */
@Param(name = "thread", gen = ThreadIdGen.class)
public class PublishWindowLincheckTest {

    private static final int SCALE = Integer.getInteger("lincheck.scale", 1);
    private static final int MESSAGES = 2;
    private static final long BYTES = 10;
    private static final int THREADS = 8;

    private final PublishWindow window = new PublishWindow(MESSAGES, BYTES);
    private final int[] held = new int[THREADS];

    /** Takes a place of 4, 7 or 11 bytes, the last being larger than the whole window. */
    @Operation
    public boolean take(@Param(name = "thread") int thread) {
        int size = sizeOf(thread);
        if (held[thread] == 0 && window.take(size, false, 0) == PublishWindow.Entry.TAKEN) {
            held[thread] = size;
            return true;
        }
        return false;
    }

    @Operation
    public boolean give(@Param(name = "thread") int thread) {
        if (held[thread] == 0) {
            return false;
        }
        window.give(held[thread]);
        held[thread] = 0;
        return true;
    }

    @Operation
    public int messages() {
        return window.messages();
    }

    @Operation
    public long bytes() {
        return window.bytes();
    }

    @Test
    void everyInterleavingAgreesWithTheModel() {
        new ModelCheckingOptions()
                .sequentialSpecification(Model.class)
                .threads(3)
                .actorsPerThread(2)
                .iterations(2 * SCALE)
                .invocationsPerIteration(100)
                .check(PublishWindowLincheckTest.class);
    }

    /** The same on real threads; only in {@code -Pconcurrency}, for it takes its time. */
    @Test
    @EnabledIfSystemProperty(named = "lincheck.scale", matches = "\\d+")
    void realThreadsAgreeToo() {
        new StressOptions()
                .sequentialSpecification(Model.class)
                .threads(3)
                .actorsPerThread(2)
                .iterations(2 * SCALE)
                .invocationsPerIteration(5_000)
                .check(PublishWindowLincheckTest.class);
    }

    private static int sizeOf(int thread) {
        return new int[] {4, 7, 11}[thread % 3];
    }

    /** The same, said plainly. */
    public static class Model {

        private final int[] held = new int[THREADS];
        private int messages;
        private long bytes;

        public boolean take(int thread) {
            int size = sizeOf(thread);
            boolean fits = messages == 0 || messages < MESSAGES && bytes + size <= BYTES;
            if (held[thread] != 0 || !fits) {
                return false;
            }
            held[thread] = size;
            messages++;
            bytes += size;
            return true;
        }

        public boolean give(int thread) {
            if (held[thread] == 0) {
                return false;
            }
            messages--;
            bytes -= held[thread];
            held[thread] = 0;
            return true;
        }

        public int messages() {
            return messages;
        }

        public long bytes() {
            return bytes;
        }
    }
}
