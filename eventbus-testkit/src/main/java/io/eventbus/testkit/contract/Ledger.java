package io.eventbus.testkit.contract;

import io.eventbus.api.DeadLetter;
import io.eventbus.api.Delivery;
import io.eventbus.api.Envelope;
import io.eventbus.api.PublishResult;
import io.eventbus.api.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The books of one test: what was published, what became of it, and what each group handled. What a test promises is read off here:
 * <em>published = handled ∪ dead-lettered ∪ still pending</em>.
 *
 * <p>Concurrency: safe from any thread; the books of publications and of readings have a lock each and never hold both. The counters spare
 * the waiting test from going through the books again and again.
 */
final class Ledger {

    private final Map<String, Publication> publications = new LinkedHashMap<>();
    private final Map<String, Reading> readings = new TreeMap<>();
    private final Map<String, Delivery> deadLetters = new ConcurrentHashMap<>();
    private final Map<Topic, LongAdder> acknowledgedOf = new ConcurrentHashMap<>();
    private final AtomicLong withoutOutcome = new AtomicLong();
    private long calls;

    /** Notes a call of publish; to be called right before it, by the thread that makes it. */
    Publication offered(String publisher, Topic topic, Envelope envelope) {
        withoutOutcome.incrementAndGet();
        synchronized (publications) {
            Publication known = publications.get(envelope.eventId());
            if (known != null) {
                known.calledAgain();
                return known;
            }
            Publication publication = new Publication(publisher, topic, envelope, calls++);
            publications.put(envelope.eventId(), publication);
            return publication;
        }
    }

    void settled(Publication publication, PublishResult result) {
        if (publication.settled(result)) {
            acknowledgedOf
                    .computeIfAbsent(publication.topic(), t -> new LongAdder())
                    .increment();
        }
        withoutOutcome.decrementAndGet();
    }

    void deadLettered(Delivery delivery) {
        deadLetters.putIfAbsent(delivery.envelope().eventId(), delivery);
    }

    /** The ids of all dead letters. */
    Set<String> deadLettered() {
        return Set.copyOf(deadLetters.keySet());
    }

    /** The first delivery of each dead letter. */
    List<Delivery> deadLetters() {
        return List.copyOf(deadLetters.values());
    }

    /** The first delivery of the event's dead letter, which must have come. */
    Delivery deadLetter(String eventId) {
        Delivery letter = deadLetters.get(eventId);
        if (letter == null) {
            throw new AssertionError("event " + eventId + " is not among the dead letters " + deadLetters.keySet());
        }
        return letter;
    }

    /** What the event's dead letter says happened to it; it must say so. */
    DeadLetter deadLetterFacts(String eventId) {
        DeadLetter facts = deadLetter(eventId).deadLetter();
        if (facts == null) {
            throw new AssertionError("the dead letter of event " + eventId + " does not say what happened");
        }
        return facts;
    }

    /** The reading of a group, opened with the first call. */
    Reading reading(String group, Topic topic) {
        synchronized (readings) {
            return readings.computeIfAbsent(group + "@" + topic, name -> new Reading(group, topic));
        }
    }

    List<Reading> readings() {
        synchronized (readings) {
            return List.copyOf(readings.values());
        }
    }

    /** All publications in the order of the calls. */
    List<Publication> publications() {
        synchronized (publications) {
            return List.copyOf(publications.values());
        }
    }

    Publication publication(String eventId) {
        synchronized (publications) {
            Publication publication = publications.get(eventId);
            if (publication == null) {
                throw new AssertionError("event " + eventId + " was never published by this test");
            }
            return publication;
        }
    }

    boolean allSettled() {
        return withoutOutcome.get() <= 0 && publications().stream().allMatch(Publication::isSettled);
    }

    /** Publishes that have no outcome yet. */
    List<Publication> unsettled() {
        return publications().stream().filter(p -> !p.isSettled()).toList();
    }

    /** How many publishes were called and have no outcome. */
    long withoutOutcome() {
        return withoutOutcome.get();
    }

    /** How many different events were acknowledged, on all topics. */
    long acknowledged() {
        long sum = 0;
        for (LongAdder count : acknowledgedOf.values()) {
            sum += count.sum();
        }
        return sum;
    }

    /** Whether the group has handled or dead-lettered all that was acknowledged on the topic. */
    boolean isComplete(Reading reading) {
        LongAdder acknowledged = acknowledgedOf.get(reading.topic());
        boolean enough = acknowledged == null || reading.handled() + deadLetters.size() >= acknowledged.sum();
        return enough && missing(reading).isEmpty();
    }

    /** Acknowledged events of the topic that the group neither handled nor dead-lettered. */
    List<Publication> missing(Reading reading) {
        List<Publication> missing = new ArrayList<>();
        for (Publication publication : publications()) {
            String id = publication.envelope().eventId();
            if (publication.topic().equals(reading.topic())
                    && publication.isAcknowledged()
                    && !reading.hasHandled(id)
                    && !deadLetters.containsKey(id)) {
                missing.add(publication);
            }
        }
        return missing;
    }

    /** Events handled that were not published by this test, or not to that topic. */
    List<String> foreign(Reading reading) {
        List<String> foreign = new ArrayList<>();
        for (Handling run : reading.firstRuns()) {
            Publication publication = find(run.eventId());
            if (publication == null
                    || !publication.topic().equals(reading.topic())
                    || !run.delivery().topic().equals(reading.topic())) {
                foreign.add(run.toString());
            }
        }
        return foreign;
    }

    /** Events that arrived different from how they were published. */
    List<String> altered(Reading reading) {
        List<String> altered = new ArrayList<>();
        for (Handling run : reading.handlings()) {
            Publication publication = find(run.eventId());
            if (publication != null
                    && !publication.envelope().equals(run.delivery().envelope())) {
                altered.add(run + ": published " + publication.envelope() + " with "
                        + publication.envelope().headers() + " arrived as "
                        + run.delivery().envelope() + " with "
                        + run.delivery().envelope().headers());
            }
        }
        return altered;
    }

    /**
     * Acknowledged events whose first run started before that of an event which the same publisher had published before, for the same key.
     */
    List<String> reordered(Reading reading) {
        Map<String, Publication> last = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        for (Handling run : reading.firstRuns()) {
            Publication publication = find(run.eventId());
            if (publication == null || publication.envelope().aggregateId() == null || !publication.isAcknowledged()) {
                continue;
            }
            String lane = publication.publisher() + " " + publication.envelope().aggregateId();
            Publication before = last.put(lane, publication);
            if (before != null && before.order() > publication.order()) {
                wrong.add(publication + " after " + before);
            }
        }
        return wrong;
    }

    /** Publishes without exactly one outcome per call. */
    List<String> outcomesWrong() {
        List<String> wrong = new ArrayList<>();
        for (Publication publication : publications()) {
            int outcomes = publication.results().size();
            if (outcomes != publication.calls()) {
                wrong.add(publication + " was published " + publication.calls() + " times and has " + outcomes
                        + " outcomes " + publication.results());
            }
        }
        return wrong;
    }

    private @Nullable Publication find(String eventId) {
        synchronized (publications) {
            return publications.get(eventId);
        }
    }

    @Override
    public String toString() {
        List<Publication> all = publications();
        StringBuilder text = new StringBuilder("published " + all.size() + ", acknowledged " + acknowledged()
                + ", without outcome "
                + all.stream().filter(p -> !p.isSettled()).count() + ", dead-lettered " + deadLetters.size());
        for (Reading reading : readings()) {
            text.append("\n  ").append(reading);
        }
        return text.toString();
    }
}
