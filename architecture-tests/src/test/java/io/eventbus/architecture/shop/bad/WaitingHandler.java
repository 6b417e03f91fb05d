package io.eventbus.architecture.shop.bad;

import io.eventbus.api.Delivery;
import io.eventbus.api.EventHandler;
import io.eventbus.api.EventPublisher;
import io.eventbus.api.Outcome;

/** Waits for its publish while it holds a worker. */
record WaitingHandler(EventPublisher publisher) implements EventHandler {

    @Override
    public Outcome handle(Delivery delivery) {
        publisher
                .publish(delivery.topic(), delivery.envelope())
                .toCompletableFuture()
                .join();
        return Outcome.ack();
    }
}
