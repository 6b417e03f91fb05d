package io.eventbus.architecture.shop.bad;

import io.eventbus.api.Delivery;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Outcome;

/** Counts without a lock on many workers. */
final class CountingHandler implements EventHandler {

    private int count;

    @Override
    public Outcome handle(Delivery delivery) {
        count++;
        return Outcome.ack();
    }
}
