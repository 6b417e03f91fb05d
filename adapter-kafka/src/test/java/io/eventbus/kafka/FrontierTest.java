package io.eventbus.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class FrontierTest {

    private final Frontier frontier = new Frontier();

    @Test
    void knowsNoPositionBeforeAnythingWasReceived() {
        assertThat(frontier.position()).isEqualTo(Frontier.UNKNOWN);
        assertThat(frontier.size()).isZero();
    }

    @Test
    void staysAtTheLowestThatIsNotDone() {
        Frontier.Slot first = frontier.received(10);
        Frontier.Slot second = frontier.received(11);
        Frontier.Slot third = frontier.received(12);

        third.done();
        second.done();
        assertThat(frontier.position()).isEqualTo(10);
        assertThat(frontier.size()).isEqualTo(3);

        first.done();
        assertThat(frontier.position()).isEqualTo(13);
        assertThat(frontier.size()).isZero();
    }

    @Test
    void isNotFrozenByGaps() {
        Frontier.Slot first = frontier.received(5);
        Frontier.Slot second = frontier.received(90);
        frontier.reached(120);

        first.done();
        assertThat(frontier.position()).isEqualTo(90);
        second.done();
        assertThat(frontier.position()).isEqualTo(120);
    }

    @Test
    void movesOverAStretchWithoutRecords() {
        frontier.reached(40);
        assertThat(frontier.position()).isEqualTo(40);
    }

    @Test
    void takesDoneTwiceAsDoneOnce() {
        Frontier.Slot first = frontier.received(1);
        frontier.received(2);
        first.done();
        first.done();
        assertThat(frontier.position()).isEqualTo(2);
    }

    @Test
    void countsWhatIsOpenWithoutBeingAskedForThePositionFirst() {
        Frontier.Slot first = frontier.received(1);
        Frontier.Slot second = frontier.received(2);
        second.done();
        assertThat(frontier.size()).isEqualTo(2);
        first.done();
        assertThat(frontier.size()).isZero();
    }

    @Test
    void refusesAnOffsetThatWasPassed() {
        frontier.received(7);
        frontier.reached(20);
        assertThatThrownBy(() -> frontier.received(19)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void agreesWithAModelOnRandomHistories() {
        for (int round = 0; round < 200; round++) {
            long seed = 0x5eed_0000L + round;
            Random random = new Random(seed);
            Frontier tested = new Frontier();
            TreeMap<Long, Frontier.Slot> open = new TreeMap<>();
            List<Frontier.Slot> old = new ArrayList<>();
            long next = Frontier.UNKNOWN;
            for (int step = 0; step < 500; step++) {
                switch (random.nextInt(5)) {
                    case 0, 1 -> {
                        long offset = Math.max(0, next) + random.nextInt(4);
                        open.put(offset, tested.received(offset));
                        next = offset + 1;
                    }
                    case 2 -> {
                        next = Math.max(0, next) + random.nextInt(3);
                        tested.reached(next);
                    }
                    default -> {
                        if (!open.isEmpty()) {
                            List<Long> offsets = List.copyOf(open.keySet());
                            Frontier.Slot slot = open.remove(offsets.get(random.nextInt(offsets.size())));
                            slot.done();
                            old.add(slot);
                        } else if (!old.isEmpty()) {
                            old.get(random.nextInt(old.size())).done();
                        }
                    }
                }
                long expected = open.isEmpty() ? next : open.firstKey();
                assertThat(tested.position()).as("seed %s step %s", seed, step).isEqualTo(expected);
            }
        }
    }

    @Test
    void neverPassesWhatIsNotDoneWhileOthersSettleConcurrently() throws InterruptedException {
        int records = 200_000;
        int workers = 3;
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        List<Frontier.Slot> slots = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            slots.add(frontier.received(2L * i));
        }
        CountDownLatch ended = new CountDownLatch(workers);
        Frontier.Slot last = slots.get(records / 2);
        for (int w = 0; w < workers; w++) {
            int from = w;
            pool.execute(() -> {
                for (int i = from; i < records; i += workers) {
                    if (slots.get(i) != last) {
                        slots.get(i).done();
                    }
                }
                ended.countDown();
            });
        }
        long before = frontier.position();
        while (ended.getCount() > 0) {
            long now = frontier.position();
            assertThat(now).isBetween(before, (long) records);
            before = now;
        }
        pool.shutdown();
        assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(frontier.position()).isEqualTo(records);
        last.done();
        assertThat(frontier.position()).isEqualTo(2L * (records - 1) + 1);
    }
}
