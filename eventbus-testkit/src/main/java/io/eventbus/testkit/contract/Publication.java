package io.eventbus.testkit.contract;

import io.eventbus.api.Envelope;
import io.eventbus.api.Position;
import io.eventbus.api.PublishResult;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An event that a test published, and what became of it.
 *
 * <p>Concurrency: the mutable part is guarded by this object's own lock.
 */
final class Publication {

    private final String publisher;
    private final Topic topic;
    private final Envelope envelope;
    private final long order;
    private final long calledAt = System.nanoTime();
    private final List<PublishResult> results = new ArrayList<>(1);
    private int calls = 1;
    private long settledAt;

    Publication(String publisher, Topic topic, Envelope envelope, long order) {
        this.publisher = publisher;
        this.topic = topic;
        this.envelope = envelope;
        this.order = order;
    }

    String publisher() {
        return publisher;
    }

    Topic topic() {
        return topic;
    }

    Envelope envelope() {
        return envelope;
    }

    /** The place of the first publish call among all calls of the test. */
    long order() {
        return order;
    }

    synchronized void calledAgain() {
        calls++;
    }

    /** Notes an outcome; returns whether it is the first acknowledgement. */
    synchronized boolean settled(PublishResult result) {
        boolean acknowledgedBefore = isAcknowledged();
        settledAt = System.nanoTime();
        results.add(result);
        notifyAll();
        return !acknowledgedBefore && isAcknowledged();
    }

    /** Waits for the outcome of every call so far. */
    synchronized void awaitSettled(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!isSettled()) {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (millis <= 0) {
                throw new AssertionError("no outcome within " + atMost + " of " + this);
            }
            wait(millis);
        }
    }

    synchronized int calls() {
        return calls;
    }

    synchronized List<PublishResult> results() {
        return List.copyOf(results);
    }

    synchronized boolean isSettled() {
        return results.size() >= calls;
    }

    synchronized boolean isAcknowledged() {
        for (PublishResult result : results) {
            if (result instanceof PublishResult.Acknowledged) {
                return true;
            }
        }
        return false;
    }

    synchronized boolean isFailed() {
        return isSettled() && !isAcknowledged();
    }

    /** The failure that this publish must have had. */
    synchronized PublishResult.Failed failure() {
        for (PublishResult result : results) {
            if (result instanceof PublishResult.Failed failed) {
                return failed;
            }
        }
        throw new AssertionError("should have failed but has the outcomes " + results + ": " + this);
    }

    /** Where it was stored; it must have been acknowledged. */
    synchronized Position position() {
        for (PublishResult result : results) {
            if (result instanceof PublishResult.Acknowledged acknowledged) {
                return acknowledged.receipt().position();
            }
        }
        throw new AssertionError("should be acknowledged but has the outcomes " + results + ": " + this);
    }

    /** From the first call to the last outcome so far. */
    synchronized long nanosToSettle() {
        return settledAt - calledAt;
    }

    @Override
    public String toString() {
        return "#" + order + " " + envelope.eventId() + " key " + envelope.aggregateId() + " by " + publisher;
    }
}
