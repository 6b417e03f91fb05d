package io.eventbus.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OrderPlanTest {

    private final Workload workload = SyntheticWorkload.of(1_000, 3, 37, 64, 1);

    @Test
    void eachEventIsInOneTransactionAndThoseOfAnAggregateKeepTheirOrderWithOneWriter() {
        Map<Integer, Integer> latest = new HashMap<>();
        Map<Integer, Integer> writerOf = new HashMap<>();
        Set<Integer> sizes = new HashSet<>();
        int events = 0;
        List<List<int[]>> plans = OrderPlan.of(workload, 4, 7);
        for (int writer = 0; writer < plans.size(); writer++) {
            for (int[] transaction : plans.get(writer)) {
                sizes.add(transaction.length);
                events += transaction.length;
                int aggregate = workload.events().get(transaction[0]).aggregate();
                assertThat(writerOf.merge(aggregate, writer, (known, other) -> known))
                        .isEqualTo(writer);
                for (int index : transaction) {
                    DemoEvent event = workload.events().get(index);
                    assertThat(event.aggregate()).isEqualTo(aggregate);
                    assertThat(event.sequence()).isEqualTo(latest.merge(aggregate, 1, Integer::sum));
                }
            }
        }
        assertThat(events).isEqualTo(1_000);
        assertThat(sizes).containsExactlyInAnyOrder(1, 2, 3, 4, 5);
    }

    @Test
    void theSameSeedGivesTheSamePlan() {
        List<int[]> one = OrderPlan.of(workload, 4, 7).get(2);
        assertThat(OrderPlan.of(workload, 4, 7).get(2))
                .usingRecursiveComparison()
                .isEqualTo(one);
    }
}
