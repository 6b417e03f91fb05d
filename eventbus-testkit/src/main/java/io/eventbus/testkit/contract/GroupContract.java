package io.eventbus.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.eventbus.api.Envelope;
import io.eventbus.api.Outcome;
import io.eventbus.api.StartPosition;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;

/** Section D: groups and where they begin. */
@DisplayName("D. groups")
abstract class GroupContract extends ContractSection {

    GroupContract(AdapterContract contract) {
        super(contract);
    }

    @Behaviour("C038")
    @Tag("C038")
    void groupGetsWhatWasPublishedWhileAllItsMembersWereDown() {
        Scenario s = scenario();
        for (StartPosition start : StartPosition.values()) {
            Node member = s.connect();
            member.subscribe(s.spec(s.topic(), group(start)).startPosition(start));
            member.close();
        }
        Node publisher = s.connect();
        publisher.publish(s.events(100, 10));
        publisher.publish(s.eventsOf(null, 20));
        s.awaitAcknowledged();
        Node later = s.connect();
        for (StartPosition start : StartPosition.values()) {
            later.subscribe(s.spec(s.topic(), group(start)).startPosition(start));
            assertThat(s.awaitHandled(s.topic(), group(start)).handled())
                    .as("begun with " + start)
                    .isEqualTo(120);
        }
    }

    @Behaviour("C039")
    @Tag("C039")
    void newGroupBeginsWithTheOldestOrWithTheNextEvent() {
        Scenario s = scenario();
        Node node = s.connect();
        List<Envelope> old = new ArrayList<>(s.events(60, 6));
        old.addAll(s.eventsOf(null, 20));
        node.publish(old);
        s.awaitAcknowledged();
        String earliest = group(StartPosition.EARLIEST);
        String latest = group(StartPosition.LATEST);
        node.subscribe(s.spec(s.topic(), earliest).startPosition(StartPosition.EARLIEST));
        node.subscribe(s.spec(s.topic(), latest).startPosition(StartPosition.LATEST));
        List<Envelope> fresh = new ArrayList<>(s.events(60, 6));
        fresh.addAll(s.eventsOf(null, 20));
        node.publish(fresh);
        assertThat(s.awaitHandled(s.topic(), earliest).handled()).isEqualTo(160);
        s.leavePending(latest);
        Reading reading = s.ledger().reading(latest, s.topic());
        s.await("the new ones are handled", () -> reading.handled() >= fresh.size());
        assertThat(ids(reading)).isEqualTo(idsOf(fresh));
        assertThat(s.ledger().reordered(reading)).isEmpty();
    }

    @Behaviour("C039")
    @Tag("C039")
    void groupOfTheLatestThatNeverAcknowledgedStaysWhereItBegan() {
        Scenario s = scenario();
        Node publisher = s.connect();
        publisher.publish(s.events(40, 4));
        s.awaitAcknowledged();
        s.leavePending(s.group());
        Node first = s.connect();
        Gate gate = s.gate();
        first.subscribe(s.spec().startPosition(StartPosition.LATEST), delivery -> {
            gate.pass();
            return Outcome.ack();
        });
        List<Envelope> fresh = s.events(40, 4);
        publisher.publish(fresh);
        s.await("a handler has begun", () -> s.reading().running() > 0);
        first.crash();
        s.connect().subscribe(s.spec());
        s.await("the new ones are handled", () -> s.reading().handled() >= fresh.size());
        assertThat(ids(s.reading())).isEqualTo(idsOf(fresh));
    }

    @Behaviour("C040")
    @Tag("C040")
    void restartedGroupGoesOnWhereItStoppedWhateverItsStart() {
        Scenario s = scenario();
        Node publisher = s.connect();
        publisher.publish(s.events(50, 10));
        for (StartPosition start : List.of(StartPosition.EARLIEST, StartPosition.LATEST, StartPosition.EARLIEST)) {
            Node member = s.connect();
            member.subscribe(s.spec().startPosition(start));
            s.awaitHandled();
            member.close();
            publisher.publish(s.events(50, 10));
            s.awaitAcknowledged();
        }
        s.connect().subscribe(s.spec().startPosition(StartPosition.LATEST));
        Reading reading = s.awaitHandled();
        assertThat(reading.handled()).isEqualTo(200);
        assertThat(reading.starts()).as("none is handled twice").isEqualTo(200);
        assertThat(s.ledger().reordered(reading)).isEmpty();
    }

    @Behaviour("C041")
    @Tag("C041")
    void everyAnonymousSubscriptionGetsACopyAndLeavesNothing() {
        Scenario s = scenario();
        TopologyWindow broker = s.broker().topology();
        Node one = s.connect();
        Node two = s.connect();
        one.publish(s.events(10, 2));
        s.awaitAcknowledged();
        SubscriptionSpec spec = SubscriptionSpec.anonymous(s.topic()).build();
        List<Subscription> running = new ArrayList<>();
        for (String reader : List.of("first", "second", "third")) {
            s.leavePending(reader);
            running.add((reader.equals("third") ? two : one).subscribeAs(reader, spec));
        }
        assertThat(broker.groups(s.topic())).as("each is a group of its own").hasSize(3);
        List<Envelope> fresh = new ArrayList<>(s.events(60, 6));
        fresh.addAll(s.eventsOf(null, 20));
        two.publish(fresh);
        for (String reader : List.of("first", "second", "third")) {
            Reading reading = s.ledger().reading(reader, s.topic());
            s.await(reader + " gets a copy", () -> reading.handled() >= fresh.size());
            assertThat(ids(reading)).as(reader).isEqualTo(idsOf(fresh));
            assertThat(s.ledger().reordered(reading)).as(reader).isEmpty();
        }
        running.get(0).close(Duration.ofSeconds(10));
        assertThat(broker.groups(s.topic())).as("one is closed").hasSize(2);
        one.close();
        two.close();
        assertThat(broker.groups(s.topic())).as("nothing is left").isEmpty();
        assertThat(broker.exists(s.topic())).as("but the topic").isTrue();
    }

    @Behaviour("C041")
    @Tag("C041")
    void anonymousSubscriptionMissesNothingThroughABrokenConnection() {
        Scenario s = scenario();
        Node node = s.connect();
        Node publisher = s.connect();
        node.subscribeAs("reader", SubscriptionSpec.anonymous(s.topic()).build());
        s.allowDuplicates(1_000);
        for (int i = 0; i < 3; i++) {
            publisher.publish(s.events(50, 10));
            node.link().cut();
            publisher.publish(s.events(50, 10));
        }
        s.awaitAcknowledged();
        assertThat(s.awaitHandled(s.topic(), "reader").handled()).isEqualTo(300);
    }

    private static String group(StartPosition start) {
        return "from-" + start;
    }

    private static Set<String> ids(Reading reading) {
        Set<String> ids = new TreeSet<>();
        reading.firstRuns().forEach(run -> ids.add(run.eventId()));
        return ids;
    }

    private static Set<String> idsOf(List<Envelope> events) {
        Set<String> ids = new TreeSet<>();
        events.forEach(event -> ids.add(event.eventId()));
        return ids;
    }
}
