package io.eventbus.nats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StreamOrderTest {

    private final StreamOrder<Long> order = new StreamOrder<>(1);

    @Test
    void whatArrivesInOrderIsHandedOverAtOnce() {
        assertThat(arrive(1, 1, true)).containsExactly(1L);
        assertThat(arrive(2, 2, true)).containsExactly(2L);
        assertThat(order.mustRead()).isFalse();
    }

    @Test
    void sequencesOfOtherSubjectsAreSkippedWithoutReading() {
        arrive(1, 1, true);
        assertThat(arrive(9, 2, true)).containsExactly(9L);
        assertThat(arrive(40, 3, true)).containsExactly(40L);
        assertThat(order.owed()).isEqualTo(41);
    }

    @Test
    void aMissingDeliveryIsReadFromTheStreamFirst() {
        arrive(1, 1, true);
        assertThat(arrive(3, 3, true)).isEmpty();
        assertThat(order.mustRead()).isTrue();
        assertThat(order.found(2)).isTrue();
        assertThat(rest()).containsExactly(3L);
    }

    @Test
    void whatIsNotInTheStreamAnyMoreIsSkipped() {
        arrive(1, 1, true);
        arrive(5, 4, true);
        assertThat(order.found(5)).isFalse();
        assertThat(rest()).containsExactly(5L);
    }

    @Test
    void laterDeliveriesWaitBehindTheOneThatWaits() {
        arrive(1, 1, true);
        assertThat(arrive(4, 4, true)).isEmpty();
        assertThat(arrive(5, 5, true)).isEmpty();
        order.found(2);
        assertThat(rest()).isEmpty();
        order.found(3);
        assertThat(rest()).containsExactly(4L, 5L);
    }

    @Test
    void aRedeliveryOfWhatIsPastIsNotKept() {
        arrive(1, 1, true);
        assertThat(order.arrived(1, 2, false, 1L)).isFalse();
        assertThat(arrive(2, 3, true)).containsExactly(2L);
    }

    @Test
    void aRedeliveryThatFillsTheGapIsHandedOver() {
        arrive(1, 1, true);
        arrive(3, 3, true);
        assertThat(arrive(2, 4, false)).containsExactly(2L, 3L);
    }

    @Test
    void aRedeliveryBehindAGapDoesNotProveThatNothingIsMissing() {
        arrive(1, 1, true);
        assertThat(arrive(3, 2, false)).isEmpty();
        assertThat(order.mustRead()).isTrue();
    }

    @Test
    void aNewOwnerOwesWhatWasDeliveredToTheDeadOne() {
        StreamOrder<Long> taken = new StreamOrder<>(4);
        taken.catchUp(6);
        assertThat(taken.next()).isNull();
        assertThat(taken.mustRead()).isTrue();
        assertThat(taken.found(4)).isTrue();
        assertThat(taken.found(6)).isTrue();
        assertThat(taken.mustRead()).isFalse();
        assertThat(taken.owed()).isEqualTo(7);
    }

    @Test
    void aReadBeyondWhatIsMissingEndsTheCatchingUp() {
        order.catchUp(6);
        assertThat(order.found(9)).isFalse();
        assertThat(order.mustRead()).isFalse();
        assertThat(order.owed()).isEqualTo(7);
    }

    @Test
    void afterAnInterruptionNothingIsTakenForGranted() {
        arrive(1, 1, true);
        order.interrupted();
        assertThat(arrive(3, 2, true)).isEmpty();
        assertThat(order.mustRead()).isTrue();
    }

    /** A server that loses deliveries at random and delivers them again later; the subject has every third sequence or so. */
    @Test
    void everythingIsHandedOverOnceAndInOrderWhateverIsLost() {
        for (int run = 0; run < 300; run++) {
            long seed = System.nanoTime() + run;
            Random random = new Random(seed);
            TreeSet<Long> stream = new TreeSet<>();
            for (long sequence = 1; sequence <= 200; sequence++) {
                if (random.nextInt(3) > 0) {
                    stream.add(sequence);
                }
            }
            assertThat(simulate(stream, random)).as("seed %d", seed).containsExactlyElementsOf(stream);
        }
    }

    private static List<Long> simulate(TreeSet<Long> stream, Random random) {
        StreamOrder<Long> order = new StreamOrder<>(1);
        List<Long> out = new ArrayList<>();
        List<Long> lost = new ArrayList<>();
        long delivery = 0;
        for (long sequence : stream) {
            delivery++;
            if (random.nextInt(10) == 0) {
                lost.add(sequence);
                continue;
            }
            if (random.nextInt(20) == 0) {
                order.interrupted();
            }
            order.arrived(sequence, delivery, true, sequence);
            drain(order, out, stream, random.nextBoolean());
            if (!lost.isEmpty() && random.nextInt(4) == 0) {
                long again = lost.remove(random.nextInt(lost.size()));
                order.arrived(again, ++delivery, false, again);
                drain(order, out, stream, true);
            }
        }
        order.catchUp(stream.last());
        drain(order, out, stream, true);
        return out;
    }

    private static void drain(StreamOrder<Long> order, List<Long> out, TreeSet<Long> stream, boolean mayRead) {
        while (true) {
            for (Long next = order.next(); next != null; next = order.next()) {
                out.add(next);
            }
            if (!mayRead || !order.mustRead()) {
                return;
            }
            Long found = stream.ceiling(order.owed());
            if (found == null) {
                order.foundNothing();
            } else if (order.found(found)) {
                out.add(found);
            }
        }
    }

    private List<Long> arrive(long sequence, long delivery, boolean first) {
        order.arrived(sequence, delivery, first, sequence);
        return rest();
    }

    private List<Long> rest() {
        List<Long> out = new ArrayList<>();
        for (Long next = order.next(); next != null; next = order.next()) {
            out.add(next);
        }
        return out;
    }

    @Test
    void whatComesTwiceIsKeptOnceAndCanBeLookedAt() {
        StreamOrder<String> order = new StreamOrder<>(5);
        assertThat(order.mustRead()).isFalse();
        assertThat(order.arrived(7, 1, true, "seven")).isTrue();
        assertThat(order.arrived(7, 2, false, "again")).isFalse();
        assertThat(order.arrived(4, 3, false, "past")).isFalse();
        assertThat(order.waiting()).isEqualTo(1);
        assertThat(order.waiting(7)).isEqualTo("seven");
        assertThat(order.waiting(6)).isNull();
        assertThat(order.next()).isNull();
        assertThat(order.mustRead()).isTrue();
    }

    @Test
    void whereTheStreamHoldsNothingTheNextThatWaitsHasItsTurn() {
        StreamOrder<String> order = new StreamOrder<>(5);
        order.arrived(7, 1, true, "seven");
        order.foundNothing();
        assertThat(order.next()).isEqualTo("seven");
        assertThat(order.owed()).isEqualTo(8);
    }

    @Test
    void aStreamThatHoldsNothingUpToWhatWasDeliveredOwesWhatFollows() {
        StreamOrder<String> order = new StreamOrder<>(5);
        order.catchUp(9);
        assertThat(order.mustRead()).isTrue();
        order.foundNothing();
        assertThat(order.owed()).isEqualTo(10);
        assertThat(order.mustRead()).isFalse();
    }

    @Test
    void whatIsGivenUpIsStillOwed() {
        StreamOrder<String> order = new StreamOrder<>(5);
        order.arrived(7, 1, true, "seven");
        order.arrived(6, 2, true, "six");
        assertThat(order.drop()).containsExactly("six", "seven");
        assertThat(order.waiting()).isZero();
        assertThat(order.owed()).isEqualTo(5);
        assertThat(order.arrived(7, 3, false, "seven")).isTrue();
    }
}
