package io.eventbus.kafka;

import io.eventbus.api.ConnectionException;
import io.eventbus.api.SubscriptionException;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Sink;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a poll loop tells its sink about itself: once when it is disturbed, once when it has gone well for a while again. A consumer
 * that has no connection polls without an error, so its gauges are looked at.
 *
 * <p>Concurrency: the poll thread only.
 */
final class LoopHealth {

    private static final Logger LOG = LoggerFactory.getLogger(LoopHealth.class);
    private static final long LOOK_EVERY = Duration.ofSeconds(1).toNanos();

    /** One failed commit may be a rebalance or a broker that restarts. */
    private static final int COMMITS_FAILED = 3;

    private final Sink sink;
    private final String name;
    private final KafkaConfig config;
    private @Nullable Metric connections;
    private @Nullable Metric heartbeats;
    private double beats;
    private long contactAt = System.nanoTime();
    private long lastLook = System.nanoTime();
    private boolean wasSilent;
    private boolean disturbed;
    private boolean disturbedSinceLook;
    private boolean gone;
    private int commitsFailed;

    LoopHealth(Sink sink, String name, KafkaConfig config) {
        this.sink = sink;
        this.name = name;
        this.config = config;
    }

    /** The gauges of the consumer in use. */
    void use(Map<MetricName, ? extends Metric> metrics) {
        connections = KafkaHealth.connectionCount(metrics, "consumer-metrics");
        heartbeats = KafkaHealth.metric(metrics, "heartbeat-total", "consumer-coordinator-metrics");
        inTouch();
        commitsFailed = 0;
    }

    /** The group answered just now. */
    void inTouch() {
        contactAt = System.nanoTime();
    }

    /** Whether the group has not answered for so long that it may have given this member up. */
    boolean isOutOfTouch() {
        double answered = KafkaHealth.value(heartbeats, -1);
        if (answered < 0 || answered != beats) {
            beats = answered;
            inTouch();
        }
        Duration silence =
                config.consuming().sessionTimeout().minus(config.consuming().heartbeatInterval());
        return System.nanoTime() - contactAt > silence.toNanos();
    }

    /** A commit failed and is tried again; several in a row disturb the loop, until {@link #committed}. */
    void commitFailed(Exception error) {
        commitsFailed++;
        if (commitsFailed >= COMMITS_FAILED) {
            disturbed(error instanceof RuntimeException known ? known : new KafkaException(error));
        }
    }

    /** A commit worked, or there is nothing to be committed. */
    void committed() {
        commitsFailed = 0;
    }

    /** The loop met an error and goes on. */
    void disturbed(RuntimeException error) {
        disturbedSinceLook = true;
        if (!disturbed) {
            disturbed = true;
            LOG.warn("{} is disturbed; it goes on trying", name, error);
            sink.failed(KafkaErrors.subscription(name, config, error));
        }
    }

    /** The topic is not there; to be called for as long as it is not. What is wrong besides follows from that. */
    void topicGone(Topic topic) {
        disturbedSinceLook = true;
        disturbed = true;
        if (!gone) {
            gone = true;
            String text = name + " gets nothing: topic " + topic + " is gone, somebody has deleted it on "
                    + config.bootstrap()
                    + (config.cluster().topology() == KafkaConfig.Topology.CREATE
                            ? "; it is made again"
                            : "; make it, or set eventbus.kafka.topology to create");
            LOG.error(text);
            sink.failed(new SubscriptionException(text));
        }
    }

    /** Looks, at most once a second; to be called when the loop had no error. */
    void look() {
        long now = System.nanoTime();
        if (now - lastLook < LOOK_EVERY) {
            return;
        }
        lastLook = now;
        boolean silent = KafkaHealth.value(connections, 1) < 1 || isOutOfTouch();
        if (silent && wasSilent) {
            disturbed(new ConnectionException(
                    name + " hears nothing from " + config.bootstrap() + "; the client tries again", true, null));
        }
        wasSilent = silent;
        if (disturbed && !disturbedSinceLook && !silent && commitsFailed < COMMITS_FAILED) {
            disturbed = false;
            gone = false;
            LOG.info("{} goes well again", name);
            sink.recovered();
        }
        disturbedSinceLook = false;
    }
}
