package io.eventbus.core.consume;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.eventbus.api.Headers;
import io.eventbus.api.Position;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.InboundMessage;
import java.time.Instant;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZI_Result;

/** The fetcher finds no credit while a worker settles the only message: one of the two sees the other. */
@JCStressTest
@State
@Outcome(id = "false, 1", expect = ACCEPTABLE, desc = "There is credit again.")
@Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "There is credit at the second look, and it is told in vain.")
@Outcome(id = "true, 0", expect = ACCEPTABLE, desc = "No credit, and told when it was there.")
@Outcome(id = "false, 0", expect = FORBIDDEN, desc = "No credit and never told: the subscription stands still.")
public class CreditStress {

    private static final SubscriptionSpec SPEC =
            SubscriptionSpec.builder(Topic.of("t"), "g").maxInFlight(1).build();

    private final InFlight inFlight = new InFlight();
    private final DeliveryTask task = new DeliveryTask(null, null, new Received(), Instant.EPOCH);
    private final Credit credit = new Credit(SPEC, 100, new Load(inFlight));

    public CreditStress() {
        inFlight.add(task);
    }

    @Actor
    public void worker(ZI_Result result) {
        inFlight.remove(task);
        result.r1 = credit.refilled();
    }

    @Actor
    public void fetcher(ZI_Result result) {
        result.r2 = credit.available();
    }

    private record Load(InFlight inFlight) implements Credit.Load {

        @Override
        public int count() {
            return inFlight.count();
        }

        @Override
        public long bytes() {
            return inFlight.bytes();
        }

        @Override
        public int aside() {
            return 0;
        }

        @Override
        public long asideBytes() {
            return 0;
        }
    }

    /** A message of one byte, of which only the size is asked. */
    private static final class Received implements InboundMessage {

        private static final byte[] BODY = new byte[1];

        @Override
        public Headers headers() {
            return Headers.empty();
        }

        @Override
        public byte[] body() {
            return BODY;
        }

        @Override
        public byte[] key() {
            return null;
        }

        @Override
        public int deliveries() {
            return 1;
        }

        @Override
        public Topic topic() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Position position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Assignment assignment() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void ack() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void keepAlive() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void giveBack() {
            throw new UnsupportedOperationException();
        }
    }
}
