package io.eventbus.examples.demo;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a run goes, on whatever broker.
 *
 * @param failRate the share of events whose first attempt throws, from 0 to 1
 * @param handlerTime how long each handler takes
 * @param kills how often the broker is killed and restarted during the run
 * @param cuts how often the application's connections are cut during the run
 * @param seed decides which events fail and when faults strike, and what is rolled back
 * @param outbox how it goes through an outbox; null to publish directly
 */
record DemoOptions(
        double failRate,
        Duration handlerTime,
        int kills,
        int cuts,
        long seed,
        @Nullable OutboxOptions outbox) {

    boolean faults() {
        return kills > 0 || cuts > 0;
    }
}
