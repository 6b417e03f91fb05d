package io.eventbus.nats;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.eventbus.api.spi.Transport;

/** Binds {@link Transport} to NATS JetStream. Nothing connects before the bus starts. */
public final class NatsModule extends AbstractModule {

    private final NatsConfig config;

    /** A module for the given configuration. */
    public NatsModule(NatsConfig config) {
        this.config = config;
    }

    @Provides
    @Singleton
    Transport transport() {
        return new NatsTransport(config);
    }
}
