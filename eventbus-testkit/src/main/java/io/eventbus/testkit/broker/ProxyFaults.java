package io.eventbus.testkit.broker;

import io.eventbus.testkit.broker.TcpProxy.Direction;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What is wrong with the network at the moment.
 *
 * <p>Concurrency: confined to the proxy's thread.
 */
final class ProxyFaults {

    private static final long SEED = 20_261_122L;

    private final Map<Direction, ProxyFlow> flows = new EnumMap<>(Direction.class);
    private final SplittableRandom random = new SplittableRandom(SEED);
    private boolean severed;
    private long delay;
    private long jitter;

    ProxyFaults() {
        flowAgain();
    }

    ProxyFlow flow(Direction direction) {
        return flows.getOrDefault(direction, ProxyFlow.PASSING);
    }

    void flow(Direction direction, ProxyFlow flow) {
        flows.put(direction, flow);
    }

    void flowAgain() {
        for (Direction direction : Direction.values()) {
            flows.put(direction, ProxyFlow.PASSING);
        }
    }

    boolean isSevered() {
        return severed;
    }

    void severed(boolean yes) {
        severed = yes;
    }

    void latency(long delayNanos, long jitterNanos) {
        delay = delayNanos;
        jitter = jitterNanos;
    }

    boolean isDelayed() {
        return delay > 0 || jitter > 0;
    }

    /** Nanoseconds the bytes read now have to wait. */
    long nextDelay() {
        return jitter == 0 ? delay : delay + random.nextLong(jitter + 1);
    }
}
