package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Capability;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Outcome;
import io.eventbus.api.Position;
import io.eventbus.api.RetryPolicy;
import io.eventbus.api.SubscriptionSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section F, first half: what comes again, when and how often. */
@DisplayName("F. redelivery")
abstract class RedeliveryContract extends ContractSection {

    private static final KitOptions WIDE =
            KitOptions.DEFAULT.with("keyed-workers", 8).with("global-workers", 8);

    RedeliveryContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C064")
    @Tag("C064")
    void unacknowledgedEventComesAgainAfterTheDeadlineAndNotBefore() {
        Scenario s = scenario();
        Node publisher = s.connect();
        Node owner = s.connect(WIDE);
        owner.subscribe(s.unordered(), blocked(s.gate()));
        publisher.publish(s.events(5, 5));
        s.await("the owner works on all five", () -> s.reading().running() == 5);
        Optional<Duration> deadline = s.broker().ackDeadline();
        if (deadline.isEmpty()) {
            Duration longEnough = s.silence().multipliedBy(3).dividedBy(2);
            s.stays(
                    "nothing comes again while the owner lives",
                    longEnough,
                    () -> s.reading().starts() == 5);
        }
        owner.crash();
        s.connect(WIDE).subscribe(s.unordered());
        Reading reading = s.awaitHandled();
        long earliest = deadline.map(Duration::toMillis).orElse(0L) - 500;
        for (Publication publication : s.ledger().publications()) {
            List<Handling> runs = reading.handlings(publication.envelope().eventId());
            assertThat(runs).as("runs of " + publication).hasSize(2);
            long millis = TimeUnit.NANOSECONDS.toMillis(
                    runs.get(1).startNanos() - runs.get(0).startNanos());
            assertThat(millis)
                    .as("milliseconds until " + publication + " came again")
                    .isGreaterThan(earliest);
        }
    }

    @Behaviour("C065")
    @Tag("C065")
    void unacknowledgedEventGoesToTheGroupAgainAfterACrash() {
        Scenario s = scenario();
        Node publisher = s.connect();
        Node owner = s.connect(WIDE);
        owner.subscribe(s.unordered(), blocked(s.gate()));
        publisher.publish(s.events(8, 8));
        s.await("the owner works on all", () -> s.reading().running() == 8);
        owner.crash();
        Node heir = s.connect(WIDE);
        heir.subscribe(s.unordered());
        Reading reading = s.awaitHandled();
        for (Handling run : reading.handlings()) {
            if (run.node().equals(heir.toString())) {
                assertThat(run.attempt())
                        .as("attempt is counted by the receiving subscription")
                        .isEqualTo(1);
                assertThat(run.delivery().brokerDeliveries())
                        .as("deliveries counted by the broker of " + run)
                        .isGreaterThanOrEqualTo(s.has(Capability.DELIVERY_COUNT) ? 2 : 1);
            }
        }
    }

    @Behaviour("C066")
    @Tag("C066")
    void cleanStopAndRestartGivesNoDuplicates() {
        Scenario s = scenario();
        Node publisher = s.connect();
        publisher.publish(s.events(600, 20));
        s.awaitAcknowledged();
        for (int stop = 1; stop <= 3; stop++) {
            int mark = stop * 120;
            Node node = s.connect();
            node.subscribe(s.spec(), delivery -> {
                Work.upTo(2);
                return Outcome.ack();
            });
            s.await("handled " + mark, () -> s.reading().handled() >= mark);
            node.close();
        }
        s.connect().subscribe(s.spec());
        Reading reading = s.awaitHandled();
        assertThat(reading.starts()).as("every event is started once").isEqualTo(600);
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C067")
    @Tag("C067")
    void duplicatesAfterACrashStayWithinTheBound() {
        Scenario s = scenario();
        int inFlight = 100;
        int settled = 600;
        Node publisher = s.connect();
        publisher.publish(s.events(2_000, 50));
        s.awaitAcknowledged();
        Node owner = s.connect(WIDE);
        AtomicInteger begun = new AtomicInteger();
        Gate rest = s.gate();
        owner.subscribe(s.spec().maxInFlight(inFlight), delivery -> {
            if (begun.incrementAndGet() > settled) {
                rest.pass();
            }
            Work.upTo(5);
            return Outcome.ack();
        });
        s.await("a part is handled", () -> s.reading().handled() == settled);
        // Without this time all of it would count as handled right before the crash, and nothing would be too much.
        s.stays("it is settled", s.broker().settleDelay(), () -> s.reading().handled() == settled);
        rest.open();
        s.await("some more are handled", () -> s.reading().handled() > settled + inFlight);
        long recently = System.nanoTime() - s.broker().settleDelay().toNanos();
        owner.crash();
        Reading reading = s.reading();
        Map<Integer, Long> oldestUnsettled = oldestUnsettled(s, reading, recently);
        long perhapsUnsettled = reading.handlings().stream()
                .filter(run -> run.end() == Handling.End.ACKNOWLEDGED)
                .filter(run -> run.endNanos() - recently > 0 || isBehind(s, oldestUnsettled, run))
                .count();
        s.connect().subscribe(s.spec());
        s.awaitHandled();
        assertThat(reading.duplicates())
                .as("in flight " + inFlight + " and handled within "
                        + s.broker().settleDelay() + " before the crash, or behind one that was, "
                        + perhapsUnsettled)
                .isLessThanOrEqualTo(inFlight + (int) perhapsUnsettled);
        s.allowDuplicates(reading.duplicates());
        KeyedOrderContract.assertInOrder(s, reading);
    }

    /** By partition, the first stored event that was not handled at that time. */
    private static Map<Integer, Long> oldestUnsettled(Scenario s, Reading reading, long atNanos) {
        Map<Integer, Long> oldest = new HashMap<>();
        for (Publication publication : s.ledger().publications()) {
            boolean settled = reading.handlings(publication.envelope().eventId()).stream()
                    .anyMatch(run -> run.end() == Handling.End.ACKNOWLEDGED && run.endNanos() - atNanos <= 0);
            if (!settled) {
                Position position = publication.position();
                oldest.merge(position.partition(), position.offset(), Math::min);
            }
        }
        return oldest;
    }

    private static boolean isBehind(Scenario s, Map<Integer, Long> oldest, Handling run) {
        Position position = run.delivery().position();
        return s.broker().settlesByPosition()
                && position.offset() > oldest.getOrDefault(position.partition(), Long.MAX_VALUE);
    }

    @Behaviour("C068")
    @Tag("C068")
    void eventsHandedBackByTheHandlerAreAllHandledInTheEnd() {
        Scenario s = scenario();
        Node node = s.connect();
        EventHandler handler = delivery -> {
            int failures = Math.floorMod(delivery.envelope().eventId().hashCode(), 4);
            return delivery.attempt() <= failures ? Outcome.retry() : Outcome.ack();
        };
        node.subscribe(s.spec(), handler);
        node.publish(s.events(300, 20));
        node.publish(s.eventsOf(null, 100));
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(400);
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C068")
    @Tag("C068")
    void eventsThatNeverSucceedEndInTheDeadLetterAndTheirKeysGoOn() {
        Scenario s = scenario();
        Node node = s.connect();
        SubscriptionSpec.Builder spec = s.spec()
                .retryPolicy(RetryPolicy.DEFAULT
                        .withMaxAttempts(3)
                        .withBackoff(Duration.ofMillis(10), Duration.ofMillis(50)));
        node.collectDeadLetters(spec.build().deadLetterTopic());
        List<Envelope> events = s.events(200, 10);
        Set<String> hopeless = new HashSet<>();
        for (int i = 0; i < events.size(); i += 17) {
            hopeless.add(events.get(i).eventId());
        }
        node.subscribe(
                spec, delivery -> hopeless.contains(delivery.envelope().eventId()) ? Outcome.retry() : Outcome.ack());
        node.publish(events);
        Reading reading = s.awaitHandled();
        assertThat(s.ledger().deadLettered()).isEqualTo(hopeless);
        assertThat(reading.starts()).isEqualTo(events.size() + 2L * hopeless.size());
        KeyedOrderContract.assertInOrder(s, reading);
    }

    @Behaviour("C069")
    @Tag("C069")
    void attemptsCountFromOneUpwards() {
        Scenario s = scenario();
        int attempts = 5;
        Node node = s.connect();
        node.subscribe(s.spec(), delivery -> delivery.attempt() < attempts ? Outcome.retry() : Outcome.ack());
        node.publish(s.events(20, 5));
        node.publish(s.eventsOf(null, 10));
        Reading reading = s.awaitHandled();
        for (Publication publication : s.ledger().publications()) {
            assertThat(reading.handlings(publication.envelope().eventId()))
                    .extracting(Handling::attempt)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, attempts).boxed().toList());
        }
    }

    @Behaviour("C070")
    @Tag("C070")
    void handlerLongerThanTheDeadlineKeepsItsEvent() {
        Scenario s = scenario();
        Node node = s.connect(WIDE);
        Gate gate = s.gate();
        node.subscribe(s.spec(), blocked(gate));
        // One of each runs; the others of the key wait behind it, longer than the deadline too.
        node.publish(s.eventsOf("slow", 3));
        node.publish(s.eventsOf(null, 1));
        s.await("both run", () -> s.reading().running() == 2);
        Duration longer = s.silence().multipliedBy(5).dividedBy(2);
        s.stays(
                "no second delivery",
                longer,
                () -> s.reading().starts() == 2 && s.reading().running() == 2);
        gate.open();
        Reading reading = s.awaitHandled();
        node.publish(s.eventsOf("slow", 1));
        s.awaitHandled();
        assertThat(reading.starts()).isEqualTo(5);
    }

    private static EventHandler blocked(Gate gate) {
        return delivery -> {
            gate.pass();
            return Outcome.ack();
        };
    }
}
