package io.eventbus.core.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The lanes of a stripe against a sequential model, without workers: one thread of a scenario does what the owners of lanes do, the others
 * submit. A new lane is handed to the owner through a slot, as the crew's queue would do.
 */
@Param(name = "key", gen = IntGen.class, conf = "0:1")
@Param(name = "value", gen = IntGen.class, conf = "1:9")
public class LaneStripeLincheckTest {

    private static final int SCALE = Integer.getInteger("lincheck.scale", 1);
    private static final int KEYS = 2;
    private static final int NONE = -1;

    private final Intake intake = new Intake(LaneLimits.NONE, null, () -> {}, () -> {});
    private final LaneStripe stripe = new LaneStripe(null, intake, 1, new NoAlarms());
    private final AtomicReferenceArray<Lane> owned = new AtomicReferenceArray<>(KEYS);

    @Operation(nonParallelGroup = "submitter")
    public void offer(@Param(name = "key") int key, @Param(name = "value") int value) {
        Lane lane = stripe.offer(key, new Numbered(value), 1);
        if (lane != null && !owned.compareAndSet(key, null, lane)) {
            throw new IllegalStateException("two lanes of one key");
        }
    }

    /** Ends the head task of the key's lane and tells its number; {@link #NONE} if there is none to run. */
    @Operation(nonParallelGroup = "owner")
    public int run(@Param(name = "key") int key) {
        Lane lane = owned.get(key);
        if (lane == null) {
            return NONE;
        }
        TaskNode node = lane.head();
        int value = ((Numbered) node.task).number;
        // Given up before it may end, since its key may get a new lane at once.
        owned.set(key, null);
        if (lane.advance(node) || stripe.more(lane)) {
            owned.set(key, lane);
        }
        return value;
    }

    @Operation(nonParallelGroup = "owner")
    public boolean pause(@Param(name = "key") int key) {
        Lane lane = owned.getAndSet(key, null);
        return lane != null && stripe.pause(lane, 0);
    }

    /** How many lanes were woken. */
    @Operation(nonParallelGroup = "owner")
    public int wakeAll() {
        List<Lane> woken = new ArrayList<>();
        stripe.wakeAll(woken);
        for (Lane lane : woken) {
            owned.set((Integer) lane.key, lane);
        }
        return woken.size();
    }

    @Test
    void everyInterleavingAgreesWithTheModel() {
        new ModelCheckingOptions()
                .sequentialSpecification(Model.class)
                .threads(2)
                .actorsBefore(2)
                .actorsPerThread(3)
                .actorsAfter(2)
                .iterations(20 * SCALE)
                .invocationsPerIteration(50)
                .check(LaneStripeLincheckTest.class);
    }

    /** The same on real threads; only in {@code -Pconcurrency}, for it takes its time. */
    @Test
    @EnabledIfSystemProperty(named = "lincheck.scale", matches = "\\d+")
    void realThreadsAgreeToo() {
        new StressOptions()
                .sequentialSpecification(Model.class)
                .threads(2)
                .actorsBefore(2)
                .actorsPerThread(3)
                .actorsAfter(2)
                .iterations(20 * SCALE)
                .invocationsPerIteration(5_000)
                .check(LaneStripeLincheckTest.class);
    }

    private static final class Numbered implements PooledTask {

        private final int number;

        Numbered(int number) {
            this.number = number;
        }

        @Override
        public TaskResult run() {
            return TaskResult.done();
        }
    }

    private static final class NoAlarms implements Alarms {
        @Override
        public void set(Work work, long dueAt) {}

        @Override
        public void cancel(Work work) {}
    }

    /** The same, said plainly. */
    public static class Model {

        private final List<Deque<Integer>> lanes = List.of(new ArrayDeque<>(), new ArrayDeque<>());
        private final Set<Integer> waiting = new HashSet<>();

        public void offer(int key, int value) {
            lanes.get(key).add(value);
        }

        public int run(int key) {
            return waiting.contains(key) || lanes.get(key).isEmpty()
                    ? NONE
                    : lanes.get(key).remove();
        }

        public boolean pause(int key) {
            return !lanes.get(key).isEmpty() && waiting.add(key);
        }

        public int wakeAll() {
            int count = waiting.size();
            waiting.clear();
            return count;
        }
    }
}
