package io.eventbus.nats;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The slot table: a value and its deadline are plain stores that only the slot's state makes visible. */
public final class SlotTableStress {

    private static final int NOTHING = -1;

    private SlotTableStress() {}

    /** What a publisher puts into a slot; nothing but the table publishes it. */
    private static final class Sent {
        private int content;

        Sent(int content) {
            this.content = content;
        }
    }

    private static int contentOf(Sent sent) {
        return sent == null ? NOTHING : sent.content;
    }

    /** The answer comes before the claim has returned, as a fast server's does. */
    @JCStressTest
    @State
    @Outcome(id = "-1, 1", expect = ACCEPTABLE, desc = "The answer came before the slot was taken.")
    @Outcome(id = "42, 0", expect = ACCEPTABLE, desc = "The answer found all of what was sent.")
    @Outcome(expect = FORBIDDEN, desc = "A slot that is taken shows nothing, or half of it.")
    public static class ClaimAndAnswer {

        private final SlotTable<Sent> table = new SlotTable<>(1);

        @Actor
        public void publisher() {
            table.claim(new Sent(42), 0);
        }

        @Actor
        public void dispatcher(II_Result result) {
            result.r1 = contentOf(table.settle(0));
        }

        @Arbiter
        public void used(II_Result result) {
            result.r2 = table.used();
        }
    }

    /** The acknowledgement and the time-out meet. */
    @JCStressTest
    @State
    @Outcome(id = "42, -1, 0", expect = ACCEPTABLE, desc = "The first settles.")
    @Outcome(id = "-1, 42, 0", expect = ACCEPTABLE, desc = "The second settles.")
    @Outcome(expect = FORBIDDEN, desc = "Settled twice, or by nobody.")
    public static class TwoAnswers {

        private final SlotTable<Sent> table = new SlotTable<>(1);
        private final long token = table.claim(new Sent(42), 0);

        @Actor
        public void dispatcher(III_Result result) {
            result.r1 = contentOf(table.settle(token));
        }

        @Actor
        public void timer(III_Result result) {
            result.r2 = contentOf(table.settle(token));
        }

        @Arbiter
        public void used(III_Result result) {
            result.r3 = table.used();
        }
    }

    /** An answer that is late meets the next use of its slot. */
    @JCStressTest
    @State
    @Outcome(id = "1, -1, 2", expect = ACCEPTABLE, desc = "The late answer found nothing.")
    @Outcome(id = "-1, 1, 2", expect = ACCEPTABLE, desc = "It was the first; the slot was free again in time.")
    @Outcome(id = "-1, 1, -1", expect = ACCEPTABLE, desc = "It was the first; the slot was not free yet.")
    @Outcome(expect = FORBIDDEN, desc = "An answer took what is not its own.")
    public static class Reuse {

        private final SlotTable<Sent> table = new SlotTable<>(1);
        private final long old = table.claim(new Sent(1), 0);
        private long next;

        @Actor
        public void publisher(III_Result result) {
            result.r1 = contentOf(table.settle(old));
            next = table.claim(new Sent(2), 0);
        }

        @Actor
        public void dispatcher(III_Result result) {
            result.r2 = contentOf(table.settle(old));
        }

        @Arbiter
        public void left(III_Result result) {
            result.r3 = contentOf(table.settle(next));
        }
    }

    /** The time-out of an earlier use meets a later one whose time is not up. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The earlier one was settled before its time-out.")
    @Outcome(id = "-1, 1", expect = ACCEPTABLE, desc = "It timed out.")
    @Outcome(expect = FORBIDDEN, desc = "The later one timed out by the earlier one's deadline.")
    public static class Expiry {

        private final SlotTable<Sent> table = new SlotTable<>(1);
        private final long old = table.claim(new Sent(1), 10);

        @Actor
        public void dispatcher(II_Result result) {
            result.r1 = contentOf(table.settle(old));
            table.claim(new Sent(2), 1_000);
        }

        @Actor
        public void timer(II_Result result) {
            result.r2 = 0;
            table.forEachExpired(500, token -> {
                Sent expired = table.settle(token);
                if (expired != null) {
                    result.r2 += expired.content;
                }
            });
        }
    }

    /** The stack of free slots, where a head comes back between a look and its exchange. */
    @JCStressTest
    @State
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "Two slots, two values; all free again.")
    @Outcome(expect = FORBIDDEN, desc = "A slot was given twice, or lost.")
    public static class FreeSlots {

        private final SlotTable<Sent> table = new SlotTable<>(2);
        private final long[] tokens = new long[3];

        @Actor
        public void comesAndGoes() {
            table.settle(table.claim(new Sent(0), 0));
            tokens[0] = table.claim(new Sent(1), 0);
        }

        @Actor
        public void stays() {
            tokens[1] = table.claim(new Sent(2), 0);
            tokens[2] = table.claim(new Sent(3), 0);
        }

        @Arbiter
        public void count(II_Result result) {
            result.r1 = 0;
            result.r2 = 0;
            for (int i = 0; i < tokens.length; i++) {
                result.r1 += contentOf(table.settle(tokens[i])) == i + 1 ? 1 : 0;
            }
            while (result.r2 < 3 && table.claim(new Sent(0), 0) >= 0) {
                result.r2++;
            }
        }
    }
}
