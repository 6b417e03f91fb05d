package io.eventbus.nats;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.eventbus.api.EventBusException;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics that lost their stream while they are published to, and the mending of it: a program that adds a subject to a shared stream at the same moment
 * as we do may write ours over, since streams are read and then written; and a stream may be deleted. The sends fail as retriable meanwhile
 * and are repeated by the bus.
 *
 * <p>Concurrency: {@link #missing} comes from any thread and never waits. One topic is mended after the other, on a thread that ends when there is none
 * left; the monitor guards the set and is not held meanwhile.
 */
final class LostTopics {

    private static final Logger LOG = LoggerFactory.getLogger(LostTopics.class);

    private final TopicStreams streams;
    private final ExecutorService threads;
    private final Duration timeout;
    private final boolean mends;

    @GuardedBy("this")
    private final Set<String> lost = new LinkedHashSet<>();

    @GuardedBy("this")
    private boolean mending;

    LostTopics(TopicStreams streams, NatsThreads threads, NatsConfig config) {
        this.streams = streams;
        this.threads = threads.client();
        this.timeout = config.requestTimeout();
        this.mends = config.topology() == NatsConfig.Topology.CREATE;
    }

    /** No stream takes the topic any more. */
    void missing(String topic) {
        if (!mends) {
            return;
        }
        synchronized (this) {
            lost.add(topic);
            if (mending) {
                return;
            }
            mending = true;
        }
        try {
            threads.execute(this::mendAll);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed before topic {} was mended", topic, e);
        }
    }

    private void mendAll() {
        for (String topic = next(null); topic != null; topic = next(topic)) {
            try {
                streams.open(Topic.of(topic), timeout);
                LOG.info("topic {} had no stream that takes it; now it has one", topic);
            } catch (EventBusException e) {
                LOG.warn("topic {} has no stream that takes it, and gets none now: {}", topic, e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("topic {} cannot be mended", topic, e);
            }
        }
    }

    /** The next topic; the one that is done stays in the set until then, so that what fails meanwhile does not ask for it again. */
    private synchronized @Nullable String next(@Nullable String done) {
        lost.remove(done);
        String next = lost.isEmpty() ? null : lost.iterator().next();
        mending = next != null;
        return next;
    }
}
