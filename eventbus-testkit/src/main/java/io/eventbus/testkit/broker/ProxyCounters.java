package io.eventbus.testkit.broker;

import io.eventbus.testkit.broker.TcpProxy.Direction;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What went through a proxy. Concurrency: written by the proxy's thread, read by any. */
final class ProxyCounters {

    private final AtomicLong accepted = new AtomicLong();
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicLong toServer = new AtomicLong();
    private final AtomicLong toClient = new AtomicLong();

    void accepted() {
        accepted.incrementAndGet();
    }

    void live(int connections) {
        live.set(connections);
    }

    void passed(Direction direction, long bytes) {
        counter(direction).addAndGet(bytes);
    }

    long connections() {
        return accepted.get();
    }

    int liveConnections() {
        return live.get();
    }

    long bytes(Direction direction) {
        return counter(direction).get();
    }

    private AtomicLong counter(Direction direction) {
        return direction == Direction.TO_SERVER ? toServer : toClient;
    }
}
