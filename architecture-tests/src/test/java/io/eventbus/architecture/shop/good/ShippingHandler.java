package io.eventbus.architecture.shop.good;

import io.eventbus.api.Delivery;
import io.eventbus.api.EventHandler;
import io.eventbus.api.EventPublisher;
import io.eventbus.api.Outcome;
import io.eventbus.api.PublishCallback;
import io.eventbus.api.PublishResult;
import io.eventbus.api.Topic;

/** A handler and a callback as they should be. */
final class ShippingHandler implements EventHandler, PublishCallback {

    private final EventPublisher publisher;

    ShippingHandler(EventPublisher publisher) {
        this.publisher = publisher;
    }

    @Override
    public Outcome handle(Delivery delivery) {
        publisher.publish(Topic.of("shipments"), delivery.envelope(), this);
        return Outcome.ack();
    }

    @Override
    public void onResult(PublishResult result) {}
}
