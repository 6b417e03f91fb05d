package io.eventbus.core.consume;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The ownership of an assignment against a sequential model: after leaving nothing starts, after going nothing is acked. */
@Param(name = "thread", gen = ThreadIdGen.class)
public class OwnershipLincheckTest {

    private static final int SCALE = Integer.getInteger("lincheck.scale", 1);
    private static final int THREADS = 8;

    private final Ownership ownership = new Ownership();
    private final DeliveryTask task = Received.task(1, ownership);
    private final int[] entered = new int[THREADS];

    @Operation
    public boolean enter(@Param(name = "thread") int thread) {
        boolean allowed = ownership.enter(task);
        entered[thread] += allowed ? 1 : 0;
        return allowed;
    }

    @Operation
    public boolean exit(@Param(name = "thread") int thread) {
        if (entered[thread] == 0) {
            return false;
        }
        entered[thread]--;
        ownership.exit(task);
        return true;
    }

    @Operation
    public void leave() {
        ownership.leave();
    }

    @Operation
    public void gone() {
        ownership.gone();
    }

    @Operation
    public boolean mayAck() {
        return ownership.mayAck();
    }

    @Operation
    public boolean idle() {
        return ownership.idle(task);
    }

    @Operation
    public int running() {
        return ownership.running(0);
    }

    @Test
    void everyInterleavingAgreesWithTheModel() {
        new ModelCheckingOptions()
                .sequentialSpecification(Model.class)
                .threads(2)
                .actorsPerThread(3)
                .iterations(10 * SCALE)
                .invocationsPerIteration(100)
                .check(OwnershipLincheckTest.class);
    }

    /** The same on real threads; only in {@code -Pconcurrency}, for it takes its time. */
    @Test
    @EnabledIfSystemProperty(named = "lincheck.scale", matches = "\\d+")
    void realThreadsAgreeToo() {
        new StressOptions()
                .sequentialSpecification(Model.class)
                .threads(2)
                .actorsPerThread(3)
                .iterations(10 * SCALE)
                .invocationsPerIteration(5_000)
                .check(OwnershipLincheckTest.class);
    }

    /** The same, said plainly. */
    public static class Model {

        private final int[] entered = new int[THREADS];
        private int running;
        private boolean owned = true;
        private boolean gone;

        public boolean enter(int thread) {
            if (!owned) {
                return false;
            }
            running++;
            entered[thread]++;
            return true;
        }

        public boolean exit(int thread) {
            if (entered[thread] == 0) {
                return false;
            }
            entered[thread]--;
            running--;
            return true;
        }

        public void leave() {
            owned = false;
        }

        public void gone() {
            owned = false;
            gone = true;
        }

        public boolean mayAck() {
            return !gone;
        }

        public boolean idle() {
            return running == 0;
        }

        public int running() {
            return running;
        }
    }
}
