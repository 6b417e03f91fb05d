package io.eventbus.core.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/**
 * The lanes of a stripe against a sequential model, without workers: each thread of a scenario owns the lanes it got from its own calls, as a
 * worker would, and runs, pauses and wakes them.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "key", gen = IntGen.class, conf = "1:2")
@Param(name = "value", gen = IntGen.class, conf = "1:9")
public class LaneStripeLincheckTest {

    private static final int THREADS = 8;

    private final Intake intake = new Intake(LaneLimits.NONE, null, () -> {}, () -> {});
    private final LaneStripe stripe = new LaneStripe(null, intake, new NoAlarms());
    private final List<Deque<Lane>> owned = new ArrayList<>();

    public LaneStripeLincheckTest() {
        for (int i = 0; i < THREADS; i++) {
            owned.add(new ArrayDeque<>());
        }
    }

    /** Whether the caller became the owner of a new lane. */
    @Operation
    public boolean offer(
            @Param(name = "thread") int thread, @Param(name = "key") int key, @Param(name = "value") int value) {
        Lane lane = stripe.offer(key, new Numbered(value), 1);
        if (lane == null) {
            return false;
        }
        owned.get(thread).add(lane);
        return true;
    }

    /** Ends the head task of the thread's first lane: ten times its number, plus one if the lane has more. */
    @Operation
    public int run(@Param(name = "thread") int thread) {
        Lane lane = owned.get(thread).peek();
        if (lane == null) {
            return -1;
        }
        TaskNode node = lane.head();
        int value = ((Numbered) node.task).number();
        boolean more = lane.advance(node) || lane.stripe.more(lane);
        if (!more) {
            owned.get(thread).remove();
        }
        return value * 10 + (more ? 1 : 0);
    }

    @Operation
    public boolean pause(@Param(name = "thread") int thread) {
        Lane lane = owned.get(thread).poll();
        return lane != null && stripe.pause(lane, 0);
    }

    /** How many lanes the caller became the owner of. */
    @Operation
    public int wakeAll(@Param(name = "thread") int thread) {
        List<Lane> woken = new ArrayList<>();
        stripe.wakeAll(woken);
        woken.sort(Comparator.comparing(lane -> (Integer) lane.key));
        owned.get(thread).addAll(woken);
        return woken.size();
    }

    @Operation
    public int lanes() {
        return stripe.lanes();
    }

    @Test
    void everyInterleavingAgreesWithTheModel() {
        new ModelCheckingOptions()
                .sequentialSpecification(Model.class)
                .threads(2)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(5)
                .invocationsPerIteration(100)
                .check(LaneStripeLincheckTest.class);
    }

    @Test
    void threadsUnderStressAgreeWithTheModel() {
        new StressOptions()
                .sequentialSpecification(Model.class)
                .threads(3)
                .actorsPerThread(3)
                .iterations(5)
                .invocationsPerIteration(300)
                .check(LaneStripeLincheckTest.class);
    }

    private record Numbered(int number) implements PooledTask {
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

        private final Map<Integer, Deque<Integer>> lanes = new TreeMap<>();
        private final List<Integer> waiting = new ArrayList<>();
        private final List<Deque<Integer>> owned = new ArrayList<>();

        public Model() {
            for (int i = 0; i < THREADS; i++) {
                owned.add(new ArrayDeque<>());
            }
        }

        public boolean offer(int thread, int key, int value) {
            Deque<Integer> lane = lanes.get(key);
            if (lane != null) {
                lane.add(value);
                return false;
            }
            lanes.put(key, new ArrayDeque<>(List.of(value)));
            owned.get(thread).add(key);
            return true;
        }

        public int run(int thread) {
            Integer key = owned.get(thread).peek();
            if (key == null) {
                return -1;
            }
            Deque<Integer> lane = lanes.get(key);
            int value = lane.remove();
            if (!lane.isEmpty()) {
                return value * 10 + 1;
            }
            lanes.remove(key);
            owned.get(thread).remove();
            return value * 10;
        }

        public boolean pause(int thread) {
            Integer key = owned.get(thread).poll();
            return key != null && waiting.add(key);
        }

        public int wakeAll(int thread) {
            int count = waiting.size();
            waiting.sort(Comparator.naturalOrder());
            owned.get(thread).addAll(waiting);
            waiting.clear();
            return count;
        }

        public int lanes() {
            return lanes.size();
        }
    }
}
