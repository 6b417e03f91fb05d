package io.eventbus.testkit.contract;

import io.eventbus.testkit.broker.TcpProxy;
import java.time.Duration;

/**
 * A link of a bus that reaches its broker over TCP.
 *
 * @param proxy stands between the bus and its broker; belongs to who made it
 */
public record ProxyLink(TcpProxy proxy) implements Link {

    @Override
    public void cut() {
        proxy.cut();
    }

    @Override
    public void sever() {
        proxy.sever();
    }

    @Override
    public void restore() {
        proxy.restore();
    }

    @Override
    public void stall() {
        proxy.stall();
    }

    @Override
    public void swallow() {
        proxy.swallow();
    }

    @Override
    public void latency(Duration delay, Duration jitter) {
        proxy.latency(delay, jitter);
    }

    @Override
    public void unstall() {
        proxy.unstall();
    }

    @Override
    public int connections() {
        return proxy.liveConnections();
    }
}
