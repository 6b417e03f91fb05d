package io.eventbus.memory.gallery;

import io.eventbus.api.spi.TransportSubscription;
import java.time.Duration;

/** A transport's subscription that passes everything on to a sound one. */
class ForwardingSubscription implements TransportSubscription {

    private final TransportSubscription sound;

    ForwardingSubscription(TransportSubscription sound) {
        this.sound = sound;
    }

    @Override
    public Duration keepAliveEvery() {
        return sound.keepAliveEvery();
    }

    @Override
    public void demandChanged() {
        sound.demandChanged();
    }

    @Override
    public void stopFetching() {
        sound.stopFetching();
    }

    @Override
    public void leaving(Duration timeout) {
        sound.leaving(timeout);
    }

    @Override
    public void close(Duration timeout) {
        sound.close(timeout);
    }
}
