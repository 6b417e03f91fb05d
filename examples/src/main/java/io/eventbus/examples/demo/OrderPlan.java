package io.eventbus.examples.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A division of a workload among writers, and into transactions of one to five events of one aggregate. An aggregate has one writer, so that the order
 * of its commits is that of its events.
 */
final class OrderPlan {

    private static final int MOST_EVENTS = 5;

    private final List<DemoEvent> events;
    private final Random random;

    private OrderPlan(Workload workload, long seed) {
        this.events = workload.events();
        this.random = new Random(seed);
    }

    /** For each writer its transactions, in order, each the indices of its events. */
    static List<List<int[]>> of(Workload workload, int writers, long seed) {
        return new OrderPlan(workload, seed).divide(writers);
    }

    private List<List<int[]>> divide(int writers) {
        List<List<int[]>> plans = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            plans.add(transactions(writer, writers));
        }
        return plans;
    }

    private List<int[]> transactions(int writer, int writers) {
        List<int[]> transactions = new ArrayList<>();
        Map<Integer, Open> open = new HashMap<>();
        for (int i = 0; i < events.size(); i++) {
            int aggregate = events.get(i).aggregate();
            if (aggregate % writers != writer) {
                continue;
            }
            Open collected = open.computeIfAbsent(aggregate, key -> new Open(new int[1 + random.nextInt(MOST_EVENTS)]));
            if (collected.isFullWith(i)) {
                transactions.add(collected.indices);
                open.remove(aggregate);
            }
        }
        open.values().forEach(rest -> transactions.add(Arrays.copyOf(rest.indices, rest.count)));
        return transactions;
    }

    /** A transaction that is being put together. */
    private static final class Open {
        private final int[] indices;
        private int count;

        Open(int[] indices) {
            this.indices = indices;
        }

        boolean isFullWith(int index) {
            indices[count++] = index;
            return count == indices.length;
        }
    }
}
