package io.eventbus.memory.gallery;

import io.eventbus.api.CloseReport;
import io.eventbus.api.Health;
import io.eventbus.api.Subscription;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.SubscriptionStats;
import java.time.Duration;

/** A subscription of a bus that passes everything on to a sound one. */
class ForwardingBusSubscription implements Subscription {

    private final Subscription sound;

    ForwardingBusSubscription(Subscription sound) {
        this.sound = sound;
    }

    @Override
    public SubscriptionSpec spec() {
        return sound.spec();
    }

    @Override
    public SubscriptionStats stats() {
        return sound.stats();
    }

    @Override
    public Health.Component health() {
        return sound.health();
    }

    @Override
    public void pause() {
        sound.pause();
    }

    @Override
    public void resume() {
        sound.resume();
    }

    @Override
    public CloseReport close(Duration timeout) {
        return sound.close(timeout);
    }
}
