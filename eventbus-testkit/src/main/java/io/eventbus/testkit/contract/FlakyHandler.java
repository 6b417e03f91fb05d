package io.eventbus.testkit.contract;

import io.eventbus.api.Delivery;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Outcome;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A handler that takes a random time and fails one first attempt in twenty, in turn by exception, by outcome and by error.
 *
 * <p>Concurrency: called by all workers at once.
 */
final class FlakyHandler implements EventHandler {

    private static final int ONE_IN = 20;

    private final Scenario scenario;
    private final int maxMillis;
    private final AtomicInteger failures = new AtomicInteger();

    FlakyHandler(Scenario scenario, int maxMillis) {
        this.scenario = scenario;
        this.maxMillis = maxMillis;
    }

    /** How many attempts it let fail. */
    int failures() {
        return failures.get();
    }

    @Override
    public Outcome handle(Delivery delivery) throws Exception {
        Work.upTo(maxMillis);
        // By the identity of the event, so that the same seed fails the same share whatever the threads do.
        if (delivery.attempt() > 1
                || Math.floorMod(delivery.envelope().eventId().hashCode(), ONE_IN) != 0) {
            return Outcome.ack();
        }
        int number = failures.incrementAndGet();
        switch (number % 3) {
            case 0 -> throw new IllegalStateException("a failure by the kit, on purpose, in " + scenario.topic());
            case 1 -> throw new AssertionError("an error by the kit, on purpose, in " + scenario.topic());
            default -> {
                return Outcome.retry();
            }
        }
    }
}
