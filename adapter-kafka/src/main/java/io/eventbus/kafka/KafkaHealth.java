package io.eventbus.kafka;

import io.eventbus.api.Health.Component;
import io.eventbus.api.Health.Status;
import io.eventbus.api.PublishException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/**
 * The state of the connection, from what is known without asking: the producer's open connections and its last outcomes.
 *
 * <p>Concurrency: the producer's I/O thread writes, any thread reads; each field stands alone.
 */
final class KafkaHealth {

    /** A few failures in a row may concern single events; more of them concern the broker. */
    private static final int DEGRADED_FROM = 3;

    private static final String CONNECTION_COUNT = "connection-count";

    private final AtomicInteger failures = new AtomicInteger();
    private volatile @Nullable Metric connections;
    private volatile @Nullable Metric refusals;
    private volatile @Nullable PublishException lastFailure;

    /** The gauge of open connections among a client's metrics, or null. */
    static @Nullable Metric connectionCount(Map<MetricName, ? extends Metric> metrics, String group) {
        return metric(metrics, CONNECTION_COUNT, group);
    }

    /** A metric by name and group, or null. */
    static @Nullable Metric metric(Map<MetricName, ? extends Metric> metrics, String name, String group) {
        for (Map.Entry<MetricName, ? extends Metric> entry : metrics.entrySet()) {
            if (entry.getKey().name().equals(name) && entry.getKey().group().equals(group)) {
                return entry.getValue();
            }
        }
        return null;
    }

    /** The value of a gauge; {@code absent} if there is none. */
    static double value(@Nullable Metric metric, double absent) {
        return metric != null && metric.metricValue() instanceof Number number ? number.doubleValue() : absent;
    }

    /** The producer whose connections count from now on. */
    void connectedThrough(Map<MetricName, ? extends Metric> metrics) {
        connections = connectionCount(metrics, "producer-metrics");
        refusals = metric(metrics, "failed-authentication-rate", "producer-metrics");
    }

    /** A message was acknowledged. */
    void sent() {
        if (failures.get() != 0) {
            failures.set(0);
        }
    }

    /** A message was not acknowledged. */
    void notSent(PublishException error) {
        lastFailure = error;
        failures.incrementAndGet();
    }

    /**
     * Whether a broker refused the producer's credentials or certificate within the last minute. The producer does not tell otherwise: what it
     * has taken waits for a connection until its time is over.
     */
    boolean refused() {
        return value(refusals, 0) > 0;
    }

    /** The state now. */
    Component component(String bootstrap) {
        if (refused() && failures.get() > 0) {
            return new Component("connection", Status.DOWN, "the brokers of " + bootstrap + " refuse the credentials");
        }
        if (value(connections, 1) < 1) {
            return new Component(
                    "connection", Status.DOWN, "no broker of " + bootstrap + " is connected; the client tries again");
        }
        PublishException failure = lastFailure;
        if (failures.get() >= DEGRADED_FROM && failure != null) {
            return new Component(
                    "connection",
                    Status.DEGRADED,
                    failures.get() + " publishes in a row failed, the last with " + failure.reason());
        }
        return new Component("connection", Status.UP, "");
    }
}
