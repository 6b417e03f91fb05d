package io.eventbus.architecture.gallery.core;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Position;
import io.eventbus.api.spi.SendCallback;
import java.util.concurrent.Semaphore;

/** Blocks the thread of the client that calls it back. */
record WaitingSend(Semaphore permits) implements SendCallback {

    @Override
    public void acknowledged(Position position, boolean duplicate) {
        permits.acquireUninterruptibly();
    }

    @Override
    public void failed(EventBusException error) {}
}
