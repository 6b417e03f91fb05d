package io.eventbus.core.pool;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A full intake from which a task goes while somebody asks for room: who is refused is told. */
public final class IntakeStress {

    private static final TaskCaller CALLER =
            new TaskCaller(new PoolSettings("stress", 1, false, Duration.ofSeconds(1), thrown -> {}));

    private IntakeStress() {}

    /** An intake with room for one task, which is there. */
    public abstract static class Full {

        boolean told;
        final Intake intake = new Intake(LaneLimits.of(1, 100), CALLER, () -> told = true, () -> {});

        Full() {
            intake.add(0);
        }
    }

    /** A task is submitted. */
    @JCStressTest
    @State
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "Admitted.")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "Admitted at the second look, and told in vain.")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "Refused, and told.")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "Refused and never told: the subscription stands still.")
    public static class Admit extends Full {

        @Actor
        public void worker() {
            intake.finished(0);
        }

        @Actor
        public void submitter(ZZ_Result result) {
            result.r1 = intake.admit(0);
        }

        @Arbiter
        public void hook(ZZ_Result result) {
            result.r2 = told;
        }
    }

    /** The fetcher asks how much it may fetch. */
    @JCStressTest
    @State
    @Outcome(id = "1, false", expect = ACCEPTABLE, desc = "There is room.")
    @Outcome(id = "1, true", expect = ACCEPTABLE, desc = "There is room at the second look, and it is told in vain.")
    @Outcome(id = "0, true", expect = ACCEPTABLE, desc = "No room, and told.")
    @Outcome(id = "0, false", expect = FORBIDDEN, desc = "No room and never told: the subscription stands still.")
    public static class Room extends Full {

        @Actor
        public void worker() {
            intake.finished(0);
        }

        @Actor
        public void fetcher(IZ_Result result) {
            result.r1 = intake.room();
        }

        @Arbiter
        public void hook(IZ_Result result) {
            result.r2 = told;
        }
    }
}
