package io.eventbus.memory.gallery;

import io.eventbus.api.BusDescription;
import io.eventbus.api.Capabilities;
import io.eventbus.api.CloseReport;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventBus;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Health;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishOptions;
import io.eventbus.api.PublishResults;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import java.time.Duration;

/** A bus that passes everything on to a sound one. */
class ForwardingBus implements EventBus {

    private final EventBus sound;

    ForwardingBus(EventBus sound) {
        this.sound = sound;
    }

    /** A builder that would build the same again. */
    static SubscriptionSpec.Builder copy(SubscriptionSpec spec) {
        SubscriptionSpec.Builder copy = (spec.isAnonymous()
                        ? SubscriptionSpec.anonymous(spec.topic())
                        : SubscriptionSpec.builder(spec.topic(), spec.group()))
                .ordering(spec.ordering())
                .concurrency(spec.concurrency())
                .maxInFlight(spec.maxInFlight())
                .maxInFlightBytes(spec.maxInFlightBytes())
                .maxProcessingTime(spec.maxProcessingTime())
                .retryPolicy(spec.retryPolicy())
                .onExhausted(spec.onExhausted())
                .deadLetterTopic(spec.deadLetterTopic())
                .startPosition(spec.startPosition());
        String accepted = spec.acceptContentType();
        return accepted == null ? copy : copy.acceptContentType(accepted);
    }

    @Override
    public void publish(Topic topic, Envelope envelope, PublishOptions options, PublishCallback done) {
        sound.publish(topic, envelope, options, callback(done));
    }

    @Override
    public PublishCallback batching(PublishResults results) {
        return sound.batching(results);
    }

    @Override
    public Subscription subscribe(SubscriptionSpec spec, EventHandler handler) {
        SubscriptionSpec changed = spec(spec);
        return subscription(sound.subscribe(changed, handler(changed, handler)));
    }

    /** The callback that the sound bus is given. */
    PublishCallback callback(PublishCallback asked) {
        return asked;
    }

    /** The specification that the sound bus is given. */
    SubscriptionSpec spec(SubscriptionSpec asked) {
        return asked;
    }

    /** The handler that the sound bus is given. */
    EventHandler handler(SubscriptionSpec spec, EventHandler asked) {
        return asked;
    }

    /** The subscription that the application gets. */
    Subscription subscription(Subscription given) {
        return given;
    }

    @Override
    public Capabilities capabilities() {
        return sound.capabilities();
    }

    @Override
    public BusDescription describe() {
        return sound.describe();
    }

    @Override
    public Health health() {
        return sound.health();
    }

    @Override
    public CloseReport close(Duration timeout) {
        return sound.close(timeout);
    }
}
