package io.eventbus.examples.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The plan of when the broker is killed and the connections are cut: spread over the run, by how many events are handled, so that it does not
 * depend on how fast the machine is.
 *
 * <p>Concurrency: used by the thread of the run only.
 */
final class Faults {

    private record Strike(long atHandled, Runnable action) {}

    private final List<Strike> strikes = new ArrayList<>();
    private int next;

    Faults(DemoBroker broker, DemoOptions options, int events) {
        List<Runnable> actions = new ArrayList<>(Collections.nCopies(options.kills(), broker::killAndRestart));
        actions.addAll(Collections.nCopies(options.cuts(), broker::cut));
        Collections.shuffle(actions, new Random(options.seed()));
        for (int i = 0; i < actions.size(); i++) {
            strikes.add(new Strike((long) events * (i + 1) / (actions.size() + 2), actions.get(i)));
        }
    }

    /** Strikes if it is time to, once at the most. */
    void strikeIfDue(int handled) {
        if (next < strikes.size() && handled >= strikes.get(next).atHandled()) {
            strikes.get(next++).action().run();
        }
    }
}
