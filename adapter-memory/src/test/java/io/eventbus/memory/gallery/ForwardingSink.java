package io.eventbus.memory.gallery;

import io.eventbus.api.EventBusException;
import io.eventbus.api.spi.Assignment;
import io.eventbus.api.spi.InboundMessage;
import io.eventbus.api.spi.Sink;
import java.time.Duration;

/** A sink that passes everything on to the sound one. */
class ForwardingSink implements Sink {

    private final Sink sound;

    ForwardingSink(Sink sound) {
        this.sound = sound;
    }

    @Override
    public int demand() {
        return sound.demand();
    }

    @Override
    public void accept(InboundMessage message) {
        sound.accept(message);
    }

    @Override
    public void assigned(Assignment assignment) {
        sound.assigned(assignment);
    }

    @Override
    public void leaving(Assignment assignment) {
        sound.leaving(assignment);
    }

    @Override
    public void revoked(Assignment assignment, Duration grace) {
        sound.revoked(assignment, grace);
    }

    @Override
    public void failed(EventBusException error) {
        sound.failed(error);
    }

    @Override
    public void recovered() {
        sound.recovered();
    }
}
