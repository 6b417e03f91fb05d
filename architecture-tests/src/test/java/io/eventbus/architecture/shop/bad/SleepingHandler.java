package io.eventbus.architecture.shop.bad;

import io.eventbus.api.Delivery;
import io.eventbus.api.EventHandler;
import io.eventbus.api.Outcome;

/** Backs off by sleeping. */
record SleepingHandler() implements EventHandler {

    @Override
    public Outcome handle(Delivery delivery) throws InterruptedException {
        Thread.sleep(100);
        return Outcome.ack();
    }
}
