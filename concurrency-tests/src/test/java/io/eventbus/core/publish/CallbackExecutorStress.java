package io.eventbus.core.publish;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.eventbus.api.PublishException;
import io.eventbus.api.PublishResult;
import io.eventbus.api.Topic;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A callback thread looks for work a last time while some is added: it is seen, or a thread is sent for it. */
public final class CallbackExecutorStress {

    private CallbackExecutorStress() {}

    /**
     * An executor whose one thread ends when it finds no work. Its threads are not started: the actor runs the first, the arbiter those that
     * were sent later.
     */
    public abstract static class Ending {

        final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();
        final CallbackExecutor executor = new CallbackExecutor("stress", 1, null, threads::add);

        Ending() {
            executor.close(0);
        }

        final void runThreads() {
            Thread thread = threads.poll();
            while (thread != null) {
                thread.run();
                thread = threads.poll();
            }
        }
    }

    /** A task is added. */
    @JCStressTest
    @State
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "The thread took it too.")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "Another thread was sent for it.")
    @Outcome(expect = FORBIDDEN, desc = "A task was forgotten, or run twice.")
    public static class LastLook extends Ending {

        private final AtomicInteger ran = new AtomicInteger();

        public LastLook() {
            executor.execute(ran::incrementAndGet);
        }

        @Actor
        public void callbackThread() {
            threads.remove().run();
        }

        @Actor
        public void publisher() {
            executor.execute(ran::incrementAndGet);
        }

        @Arbiter
        public void rest(II_Result result) {
            result.r1 = ran.get();
            runThreads();
            result.r2 = ran.get();
        }
    }

    /** An outcome is added to a list that is handed over. */
    @JCStressTest
    @State
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "Both outcomes were handed over.")
    @Outcome(expect = FORBIDDEN, desc = "An outcome was forgotten, handed over twice, or is still counted.")
    public static class Batch extends Ending {

        private static final PublishResult OUTCOME = new PublishResult.Failed(
                Topic.of("t"),
                "id",
                new PublishException(PublishException.Reason.UNAVAILABLE, "the broker is away", null));

        private final PublishWindow window = new PublishWindow(10, 10);
        private final AtomicInteger handedOver = new AtomicInteger();
        private final BatchingCallback batch = new BatchingCallback(this::receive, executor, window);

        public Batch() {
            batch.onResult(OUTCOME);
        }

        private void receive(List<PublishResult> results) {
            handedOver.addAndGet(results.size());
        }

        @Actor
        public void callbackThread() {
            threads.remove().run();
        }

        @Actor
        public void acknowledgement() {
            batch.onResult(OUTCOME);
        }

        @Arbiter
        public void rest(II_Result result) {
            runThreads();
            result.r1 = handedOver.get();
            result.r2 = window.undelivered();
        }
    }
}
