package io.eventbus.core.consume;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Health;
import io.eventbus.api.SubscriptionSpec;
import org.jspecify.annotations.Nullable;

/**
 * What is known to be wrong with a subscription, the worst first: it was stopped, its transport fails, a dead letter cannot be stored, a handler
 * ignores its interrupt.
 *
 * <p>Concurrency: each fact is one volatile of its own; told and asked from any thread.
 */
final class SubscriptionHealth {

    private final SubscriptionSpec spec;
    private final AttemptWatch attempts;
    private volatile @Nullable EventBusException failure;
    private volatile @Nullable String stopReason;
    private volatile @Nullable String burialProblem;

    SubscriptionHealth(SubscriptionSpec spec, AttemptWatch attempts) {
        this.spec = spec;
        this.attempts = attempts;
    }

    void failed(EventBusException error) {
        failure = error;
    }

    void recovered() {
        failure = null;
    }

    /** It was stopped for good. */
    void stopped(String reason) {
        stopReason = reason;
    }

    boolean isStopped() {
        return stopReason != null;
    }

    void notBuried(String problem) {
        burialProblem = problem;
    }

    void buried() {
        burialProblem = null;
    }

    Health.Component component() {
        String name = "subscription " + spec;
        String stopped = stopReason;
        EventBusException error = failure;
        if (stopped != null) {
            return new Health.Component(name, Health.Status.DOWN, stopped);
        }
        if (error != null) {
            return new Health.Component(name, Health.Status.DOWN, String.valueOf(error.getMessage()));
        }
        String problem = burialProblem;
        if (problem == null) {
            problem = attempts.overdue();
        }
        return problem == null
                ? new Health.Component(name, Health.Status.UP, "")
                : new Health.Component(name, Health.Status.DEGRADED, problem);
    }
}
