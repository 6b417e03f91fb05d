package io.eventbus.kafka;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JI_Result;

/** The one thing of a frontier that threads share, the flag of a record: whoever commits past it has seen what its handler did. */
@JCStressTest
@State
@Outcome(id = "5, 0", expect = ACCEPTABLE, desc = "Not done.")
@Outcome(id = "5, 1", expect = ACCEPTABLE, desc = "Handled, not marked as done yet.")
@Outcome(id = "6, 1", expect = ACCEPTABLE, desc = "Done, with its effect.")
@Outcome(expect = FORBIDDEN, desc = "The position went past a record whose effect is not visible.")
public class FrontierStress {

    private final Frontier frontier = new Frontier();
    private final Frontier.Slot slot = frontier.received(5);
    private int effect;

    @Actor
    public void worker() {
        effect = 1;
        slot.done();
    }

    @Actor
    public void pollThread(JI_Result result) {
        result.r1 = frontier.position();
        result.r2 = effect;
    }
}
