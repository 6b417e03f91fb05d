package io.eventbus.core.publish;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.PublishException;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.OutboundMessage;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/** A message on its way to the broker, of which two threads know something at the same time. */
public final class SendOpStress {

    private static final OutboundMessage MESSAGE =
            new OutboundMessage(Topic.of("t"), "id", "key", Headers.empty(), new byte[0], 0);
    private static final EventBusException ERROR =
            new PublishException(PublishException.Reason.UNAVAILABLE, "the broker is away", null);
    private static final Position POSITION = new Position("t", 0, 1);
    private static final int NOT_MINE = -1;

    private SendOpStress() {}

    /** A message that only counts what is told. */
    private static final class Op extends SendOp {

        private final AtomicInteger told = new AtomicInteger();
        private final AtomicInteger lingering = new AtomicInteger();

        Op() {
            super(
                    new Sender(null, null, null, () -> 0, null, 0, 0),
                    new PublishTopic(null, new PublishLanes<>()),
                    MESSAGE,
                    true);
        }

        @Override
        void onAcknowledged(Position position, boolean duplicate) {
            told.incrementAndGet();
        }

        @Override
        void onFailed(EventBusException error) {
            told.incrementAndGet();
        }

        @Override
        void release(boolean placed) {}

        @Override
        void lingers() {
            lingering.incrementAndGet();
        }

        @Override
        void lingersNoMore() {
            lingering.decrementAndGet();
        }

        @Override
        boolean resends() {
            return true;
        }

        @Override
        boolean opensTopic() {
            return false;
        }
    }

    /** The send returns while its failure arrives: one of the two goes on, and sees what the other counted. */
    @JCStressTest
    @State
    @Outcome(id = "1, -1", expect = ACCEPTABLE, desc = "Whoever sent goes on.")
    @Outcome(id = "-1, 1", expect = ACCEPTABLE, desc = "Whoever brought the outcome goes on.")
    @Outcome(expect = FORBIDDEN, desc = "Both or nobody goes on, or without the failure.")
    public static class ReturnAndOutcome {

        private final Op op = new Op();
        private final int send = op.begin();

        @Actor
        public void sender(II_Result result) {
            result.r1 = op.returnedBeforeSettled(send) ? NOT_MINE : op.failures();
        }

        @Actor
        public void answer(II_Result result) {
            op.claim(send);
            op.noteFailure(ERROR);
            result.r2 = op.settledBeforeReturn(send, false) ? NOT_MINE : op.failures();
        }
    }

    /** The acknowledgement and the deadline meet. */
    @JCStressTest
    @State
    @Outcome(id = "true, false, 1", expect = ACCEPTABLE, desc = "Acknowledged.")
    @Outcome(id = "false, true, 1", expect = ACCEPTABLE, desc = "Timed out.")
    @Outcome(expect = FORBIDDEN, desc = "Told twice, or never.")
    public static class Told {

        private final Op op = new Op();

        @Actor
        public void acknowledgement(ZZI_Result result) {
            result.r1 = op.tellAcknowledged(POSITION, false);
        }

        @Actor
        public void deadline(ZZI_Result result) {
            result.r2 = op.tellFailed(ERROR);
        }

        @Arbiter
        public void count(ZZI_Result result) {
            result.r3 = op.told.get();
        }
    }

    /** A message whose deadline has passed is counted while its lane keeps it; its answer comes at that moment. */
    @JCStressTest
    @State
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "Counted off, or never counted.")
    @Outcome(expect = FORBIDDEN, desc = "Counted for ever: the publish window shrinks.")
    public static class Lingering {

        private final Op op = new Op();

        public Lingering() {
            op.enterLane();
            op.returnedBeforeSettled(op.begin());
            op.tellFailed(ERROR);
        }

        @Actor
        public void deadline() {
            op.lingerInLane();
        }

        @Actor
        public void answer() {
            op.end();
            op.leaveLane();
        }

        @Arbiter
        public void count(I_Result result) {
            result.r1 = op.lingering.get();
        }
    }
}
