package io.eventbus.core.publish;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZI_Result;

/** The head of a lane leaves while the next message enters: one of the two takes it on, and has all of it. */
@JCStressTest
@State
@Outcome(id = "42, false, 1", expect = ACCEPTABLE, desc = "The one who leaves takes the next one on.")
@Outcome(id = "-1, true, 1", expect = ACCEPTABLE, desc = "The one who enters is the head.")
@Outcome(expect = FORBIDDEN, desc = "Taken on twice, by nobody, or before it is whole.")
public class PublishLanesStress {

    private final PublishLanes<Message> lanes = new PublishLanes<>();
    private final Message head = new Message(1);

    public PublishLanesStress() {
        lanes.enter("key", head);
    }

    @Actor
    public void acknowledged(IZI_Result result) {
        Message next = lanes.leave("key", head);
        result.r1 = next == null ? -1 : next.content;
    }

    @Actor
    public void publisher(IZI_Result result) {
        result.r2 = lanes.enter("key", new Message(42));
    }

    @Arbiter
    public void lanesLeft(IZI_Result result) {
        result.r3 = lanes.size();
    }

    private static final class Message extends PublishLanes.Node {
        private int content;

        Message(int content) {
            this.content = content;
        }
    }
}
