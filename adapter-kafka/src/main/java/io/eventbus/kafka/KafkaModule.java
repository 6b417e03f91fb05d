package io.eventbus.kafka;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.eventbus.api.spi.Transport;

/** A Guice module that binds {@link Transport} to Kafka. */
public final class KafkaModule extends AbstractModule {

    private final KafkaConfig config;

    /** A module for a broker of the given configuration. Nothing connects before the bus starts. */
    public KafkaModule(KafkaConfig config) {
        this.config = config;
    }

    @Provides
    @Singleton
    Transport transport() {
        return new KafkaTransport(config);
    }
}
