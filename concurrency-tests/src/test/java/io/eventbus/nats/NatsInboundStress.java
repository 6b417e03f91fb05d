package io.eventbus.nats;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.eventbus.api.Position;
import io.eventbus.api.Topic;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A message that its worker settles while the fetcher meets it again. */
public final class NatsInboundStress {

    private static final Topic TOPIC = Topic.of("t");
    private static final Position POSITION = new Position("t", 0, 7);
    private static final NatsInbound.Content EMPTY = new NatsInbound.Content(null, new byte[0]);

    private NatsInboundStress() {}

    private static NatsAssignment assignment() {
        return new NatsAssignment("t", 1, new RecentSequences(64));
    }

    private static NatsInbound message(QuietPublisher publisher, NatsAssignment assignment, String handle) {
        return new NatsInbound(publisher, new NatsInbound.Source(TOPIC, assignment), POSITION, 1, handle, EMPTY);
    }

    /** Where each of the two threads notes what it published last. */
    private static final class Notes implements QuietPublisher {

        private static final ThreadLocal<String> LAST = new ThreadLocal<>();

        @Override
        public void publishQuietly(String subject, byte[] body) {
            LAST.set(subject);
        }

        @Override
        public boolean connected() {
            return true;
        }

        static String takeLast() {
            String last = LAST.get();
            LAST.remove();
            return last == null ? "nothing" : last;
        }
    }

    /** The server delivers a message again while it is acknowledged: only on the new handle is that worth anything. */
    @JCStressTest
    @State
    @Outcome(id = "new, nothing", expect = ACCEPTABLE, desc = "The worker saw the new handle.")
    @Outcome(id = "old, new", expect = ACCEPTABLE, desc = "The fetcher saw that the message was done.")
    @Outcome(id = "new, new", expect = ACCEPTABLE, desc = "Both saw it.")
    @Outcome(expect = FORBIDDEN, desc = "Nobody acknowledged on the new handle.")
    public static class RefreshAndAck {

        private final NatsInbound message = message(new Notes(), assignment(), "old");

        @Actor
        public void worker(LL_Result result) {
            message.ack();
            result.r1 = Notes.takeLast();
        }

        @Actor
        public void fetcher(LL_Result result) {
            message.refresh("new");
            result.r2 = Notes.takeLast();
        }
    }

    /** The fetcher asks for a message in flight, and if there is none whether it is done: there is no moment between the two. */
    @JCStressTest
    @State
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "It is in flight.")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "It was in flight at the first look.")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "It is done.")
    @Outcome(expect = FORBIDDEN, desc = "Neither in flight nor done: it would be handled once more.")
    public static class SettledIsKnown {

        private final NatsAssignment assignment = assignment();
        private final NatsInbound message = message(new Notes(), assignment, "old");

        public SettledIsKnown() {
            assignment.add(message);
        }

        @Actor
        public void worker() {
            message.ack();
        }

        @Actor
        public void fetcher(ZZ_Result result) {
            result.r1 = assignment.inFlight(POSITION.offset()) == null;
            result.r2 = assignment.isDone(POSITION.offset());
        }
    }
}
