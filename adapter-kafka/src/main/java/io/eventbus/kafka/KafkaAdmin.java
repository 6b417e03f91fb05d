package io.eventbus.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * An administration client for one task, with one deadline for all of it. Not safe for use by several threads at once.
 *
 * <p>The only place where this module waits on a future: Kafka's administration has no other form, and those who call are allowed to
 * wait.
 */
final class KafkaAdmin implements AutoCloseable {

    private final Admin admin;
    private final long deadlineNanos;

    /** A client; nothing connects before it is asked something. */
    KafkaAdmin(Admin admin, Duration timeout) {
        this.admin = admin;
        this.deadlineNanos = System.nanoTime() + timeout.toNanos();
    }

    Admin client() {
        return admin;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Whether there is time left. */
    boolean hasTime() {
        return deadlineNanos - System.nanoTime() > 0;
    }

    /**
     * The answer.
     *
     * @throws KafkaException the broker's error, or a time-out
     */
    <T> T await(KafkaFuture<T> future) {
        try {
            return future.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException("no answer in time", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /**
     * The answer to a request that needs a permission.
     *
     * @param permission what the user must be allowed, for the error if he is not
     * @throws MissingPermission if the broker refuses it
     * @throws KafkaException the broker's other errors, or a time-out
     */
    <T> T await(KafkaFuture<T> future, String permission) {
        try {
            return await(future);
        } catch (AuthorizationException e) {
            throw new MissingPermission(permission, e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
