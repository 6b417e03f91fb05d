package io.eventbus.testkit.contract;

import io.eventbus.api.Delivery;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventBus;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Outcome;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishResult;
import io.eventbus.api.PublishResults;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import io.eventbus.testkit.contract.Handling.End;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * One process of a scenario: a bus with a connection of its own, whose publishes and handlers are entered into the ledger.
 *
 * <p>Concurrency: safe from any thread, but of one key only one thread at a time may publish, since the ledger takes the order of the
 * calls for the order that was meant.
 */
final class Node implements AutoCloseable {

    private static final Duration CLOSE = Duration.ofSeconds(20);
    private static final Duration CLOSE_DEAD = Duration.ofSeconds(1);

    private final String name;
    private final KitBus kitBus;
    private final Ledger ledger;
    private final Topic topic;
    private final Gate end = new Gate();
    private volatile boolean crashed;
    private volatile boolean closed;

    Node(String name, KitBus kitBus, Ledger ledger, Topic topic) {
        this.name = name;
        this.kitBus = kitBus;
        this.ledger = ledger;
        this.topic = topic;
    }

    EventBus bus() {
        return kitBus.bus();
    }

    Link link() {
        return kitBus.link();
    }

    /** Publishes to the scenario's topic. */
    Publication publish(Envelope envelope) {
        return publish(topic, envelope, PublishOptions.DEFAULT);
    }

    /** Publishes the events one after the other to the scenario's topic. */
    void publish(List<Envelope> envelopes) {
        envelopes.forEach(this::publish);
    }

    Publication publish(Topic to, Envelope envelope, PublishOptions options) {
        Publication publication = ledger.offered(name, to, envelope);
        bus().publish(to, envelope, options, result -> ledger.settled(publication, result));
        return publication;
    }

    /** Publishes, and hands the outcome to the test as well. */
    Publication publish(Envelope envelope, Consumer<PublishResult> alsoTo) {
        Publication publication = ledger.offered(name, topic, envelope);
        bus().publish(topic, envelope, result -> {
            ledger.settled(publication, result);
            alsoTo.accept(result);
        });
        return publication;
    }

    /** Publishes the events with one call; the outcomes, which come in lists, are handed to the test as well. */
    void publishAll(List<Envelope> envelopes, PublishResults alsoTo) {
        for (Envelope envelope : envelopes) {
            ledger.offered(name, topic, envelope);
        }
        bus().publishAll(topic, envelopes, results -> {
            for (PublishResult result : results) {
                ledger.settled(ledger.publication(result.eventId()), result);
            }
            alsoTo.onResults(results);
        });
    }

    /** Subscribes with a handler that acknowledges everything. */
    Subscription subscribe(SubscriptionSpec.Builder spec) {
        return subscribe(spec, delivery -> Outcome.ack());
    }

    /** Subscribes with a handler of the test. */
    Subscription subscribe(SubscriptionSpec.Builder spec, EventHandler behaviour) {
        SubscriptionSpec built = spec.build();
        Reading reading = ledger.reading(built.group(), built.topic());
        return bus().subscribe(built, delivery -> handle(reading, behaviour, delivery));
    }

    /** Subscribes; what is handled is entered under the given name, since an anonymous group has none of its own. */
    Subscription subscribeAs(String reader, SubscriptionSpec spec) {
        Reading reading = ledger.reading(reader, spec.topic());
        return bus().subscribe(spec, delivery -> handle(reading, any -> Outcome.ack(), delivery));
    }

    /** Enters the dead letters of the topic into the ledger. */
    Subscription collectDeadLetters(Topic deadLetters) {
        SubscriptionSpec spec =
                SubscriptionSpec.builder(deadLetters, "kit-dead-letters").build();
        return bus().subscribe(spec, delivery -> {
            ledger.deadLettered(delivery);
            return Outcome.ack();
        });
    }

    /** Dies: its connections break for good, and nothing that its handlers do counts any more. */
    void crash() {
        crashed = true;
        link().sever();
        ledger.readings().forEach(reading -> reading.abandon(name));
    }

    /** Closes the bus in order; once. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        end.open();
        try (kitBus) {
            bus().close(crashed ? CLOSE_DEAD : CLOSE);
        }
    }

    private Outcome handle(Reading reading, EventHandler behaviour, Delivery delivery) throws Exception {
        if (crashed) {
            return nothingMoreFromTheDead();
        }
        Handling handling = reading.started(name, delivery);
        Outcome outcome;
        try {
            outcome = behaviour.handle(delivery);
        } catch (Throwable failure) { // user code: whatever it throws is its outcome
            reading.ended(handling, crashed ? End.ABANDONED : End.FAILED);
            throw failure;
        }
        if (crashed) {
            reading.ended(handling, End.ABANDONED);
            return nothingMoreFromTheDead();
        }
        reading.ended(handling, endOf(outcome));
        return outcome;
    }

    private Outcome nothingMoreFromTheDead() throws InterruptedException {
        end.pass();
        return Outcome.retry();
    }

    private static End endOf(Outcome outcome) {
        if (outcome instanceof Outcome.Ack) {
            return End.ACKNOWLEDGED;
        }
        return outcome instanceof Outcome.Retry ? End.RETRY : End.DEAD_LETTER;
    }

    @Override
    public String toString() {
        return name;
    }
}
