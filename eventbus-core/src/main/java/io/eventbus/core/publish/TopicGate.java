package io.eventbus.core.publish;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.eventbus.api.EventBusException;
import io.eventbus.api.PublishException;
import io.eventbus.api.Topic;
import io.eventbus.api.spi.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A gate before the first send to a topic. One caller at a time opens the topic on the transport; who comes meanwhile waits for that
 * attempt and shares its outcome. After a failure the next caller tries again.
 *
 * <p>Concurrency: safe from any thread. The lock guards the attempt and is not held while the transport works or listeners are called.
 */
final class TopicGate {

    private final Transport transport;
    private final Topic topic;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private volatile boolean open;

    @GuardedBy("lock")
    private @Nullable Attempt attempt;

    TopicGate(Transport transport, Topic topic) {
        this.transport = transport;
        this.topic = topic;
    }

    /** Whether the topic is ready for sending. */
    boolean isOpen() {
        return open;
    }

    /** Makes the next caller open the topic again: the broker does not know it any more. */
    void shut() {
        open = false;
    }

    /** Opens the topic on the calling thread, or waits for whoever does; null, or why it is not open. */
    @Nullable
    EventBusException open(long timeoutNanos) {
        Attempt current;
        boolean mine = false;
        lock.lock();
        try {
            if (open) {
                return null;
            }
            current = attempt;
            if (current == null) {
                current = new Attempt();
                attempt = current;
                mine = true;
            }
        } finally {
            lock.unlock();
        }
        if (mine) {
            return run(current, timeoutNanos);
        }
        return await(current, timeoutNanos);
    }

    /**
     * Opens the topic on the opener, or shares the attempt that is under way.
     *
     * @param then told when that has ended, on any thread, with null or with why the topic is not open
     */
    void open(long timeoutNanos, Executor opener, Listener then) {
        Attempt mine = null;
        lock.lock();
        try {
            if (!open) {
                Attempt current = attempt;
                if (current == null) {
                    current = new Attempt();
                    attempt = current;
                    mine = current;
                }
                current.listeners.add(then);
                if (mine == null) {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
        if (mine == null) {
            then.ended(null);
            return;
        }
        Attempt started = mine;
        opener.execute(() -> run(started, timeoutNanos));
    }

    private @Nullable EventBusException run(Attempt current, long timeoutNanos) {
        EventBusException error = attempt(timeoutNanos);
        List<Listener> listeners;
        lock.lock();
        try {
            current.done = true;
            current.error = error;
            attempt = null;
            open = error == null;
            listeners = current.listeners;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
        for (Listener listener : listeners) {
            listener.ended(error);
        }
        return error;
    }

    private @Nullable EventBusException attempt(long timeoutNanos) {
        if (timeoutNanos <= 0) {
            return timeout(null);
        }
        try {
            transport.open(topic, Duration.ofNanos(timeoutNanos));
            return null;
        } catch (EventBusException e) {
            return e;
        } catch (Throwable e) { // the adapter's fault; whoever waits must learn of it all the same
            return new PublishException(
                    PublishException.Reason.UNAVAILABLE,
                    "the " + transport.name() + " adapter failed to open topic " + topic + ": " + e,
                    e);
        }
    }

    private @Nullable EventBusException await(Attempt current, long timeoutNanos) {
        lock.lock();
        try {
            long left = timeoutNanos;
            while (!current.done) {
                if (left <= 0) {
                    return timeout(null);
                }
                left = ended.awaitNanos(left);
            }
            return current.error;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return timeout(e);
        } finally {
            lock.unlock();
        }
    }

    private PublishException timeout(@Nullable Throwable cause) {
        return new PublishException(
                PublishException.Reason.TIMEOUT,
                "topic " + topic + " was not open on " + transport.name() + " in time; nothing was sent, publish again",
                cause);
    }

    /** Whoever waits for the end of an attempt without a thread. */
    @FunctionalInterface
    interface Listener {

        /** The attempt has ended: with null, or with why the topic is not open. */
        void ended(@Nullable EventBusException error);
    }

    /** One call of the transport; its fields are guarded by the gate's lock. */
    private static final class Attempt {
        final List<Listener> listeners = new ArrayList<>();
        boolean done;

        @Nullable
        EventBusException error;
    }
}
