package io.eventbus.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AlarmHeapTest {

    @Test
    void givesWorksByTimeAndForgetsWhatWasRemoved() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            AlarmHeap heap = new AlarmHeap();
            List<Work> inside = new ArrayList<>();
            // Near the overflow of nanoTime, which comparisons must bear.
            long base = random.nextBoolean() ? Long.MAX_VALUE - 50 : 0;
            for (int step = 0; step < 300; step++) {
                if (inside.isEmpty() || random.nextInt(3) > 0) {
                    Work work = new Plain();
                    heap.add(work, base + random.nextInt(100));
                    inside.add(work);
                } else if (random.nextBoolean()) {
                    heap.remove(inside.remove(random.nextInt(inside.size())));
                } else {
                    Work first = heap.first();
                    assertThat(inside).as("seed %d", seed).contains(first);
                    assertThat(inside).as("seed %d", seed).allMatch(work -> work.dueAt - first.dueAt >= 0);
                    heap.remove(first);
                    inside.remove(first);
                }
            }
            inside.sort(Comparator.comparingLong(work -> work.dueAt - base));
            for (Work expected : inside) {
                assertThat(heap.first().dueAt).as("seed %d", seed).isEqualTo(expected.dueAt);
                heap.remove(heap.first());
            }
            assertThat(heap.first()).isNull();
        }
    }

    @Test
    void workIsInOneHeapOnce() {
        AlarmHeap heap = new AlarmHeap();
        Work work = new Plain();
        heap.remove(work);
        heap.add(work, 1);
        assertThatThrownBy(() -> heap.add(work, 2)).isInstanceOf(IllegalStateException.class);
        heap.remove(work);
        heap.add(work, 2);
        assertThat(heap.first()).isSameAs(work);
    }

    private static final class Plain extends Work {
        @Override
        boolean work() {
            return false;
        }

        @Override
        void due() {}
    }
}
