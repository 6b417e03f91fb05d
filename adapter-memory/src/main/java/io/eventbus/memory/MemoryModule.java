package io.eventbus.memory;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.eventbus.api.spi.Transport;

/** A Guice module that binds {@link Transport} to a {@link MemoryTransport}. */
public final class MemoryModule extends AbstractModule {

    private final MemoryBroker broker;

    /** A module with a broker of its own. */
    public MemoryModule() {
        this(new MemoryBroker());
    }

    /** A module with a broker that others may share. */
    public MemoryModule(MemoryBroker broker) {
        this.broker = broker;
    }

    @Provides
    @Singleton
    Transport transport() {
        return new MemoryTransport(broker);
    }
}
