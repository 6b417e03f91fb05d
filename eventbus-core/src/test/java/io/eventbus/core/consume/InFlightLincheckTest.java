package io.eventbus.core.consume;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The messages in flight against a sequential model: taken out by exactly one, listed in the order of receipt, counted rightly. */
@Param(name = "number", gen = IntGen.class, conf = "0:2")
public class InFlightLincheckTest {

    private static final int SCALE = Integer.getInteger("lincheck.scale", 1);
    private static final int TASKS = 3;

    private final InFlight inFlight = new InFlight();
    private final DeliveryTask[] tasks = new DeliveryTask[TASKS];

    public InFlightLincheckTest() {
        for (int i = 0; i < TASKS; i++) {
            tasks[i] = Received.task(i, null);
            inFlight.add(tasks[i]);
        }
    }

    @Operation
    public boolean remove(@Param(name = "number") int number) {
        return inFlight.remove(tasks[number]);
    }

    @Operation
    public List<Long> snapshot() {
        List<Long> numbers = new ArrayList<>();
        for (DeliveryTask task : inFlight.snapshot()) {
            numbers.add(task.message().position().offset());
        }
        return numbers;
    }

    @Operation
    public int count() {
        return inFlight.count();
    }

    @Operation
    public long bytes() {
        return inFlight.bytes();
    }

    @Test
    void everyInterleavingAgreesWithTheModel() {
        new ModelCheckingOptions()
                .sequentialSpecification(Model.class)
                .threads(2)
                .actorsPerThread(3)
                .iterations(5 * SCALE)
                .invocationsPerIteration(200)
                .check(InFlightLincheckTest.class);
    }

    /** The same on real threads; only in {@code -Pconcurrency}, for it takes its time. */
    @Test
    @EnabledIfSystemProperty(named = "lincheck.scale", matches = "\\d+")
    void realThreadsAgreeToo() {
        new StressOptions()
                .sequentialSpecification(Model.class)
                .threads(2)
                .actorsPerThread(3)
                .iterations(5 * SCALE)
                .invocationsPerIteration(5_000)
                .check(InFlightLincheckTest.class);
    }

    /** The same, said plainly. */
    public static class Model {

        private final List<Long> present = new ArrayList<>(List.of(0L, 1L, 2L));

        public boolean remove(int number) {
            return present.remove((Long) (long) number);
        }

        public List<Long> snapshot() {
            return new ArrayList<>(present);
        }

        public int count() {
            return present.size();
        }

        public long bytes() {
            return present.stream().mapToLong(number -> number).sum();
        }
    }
}
