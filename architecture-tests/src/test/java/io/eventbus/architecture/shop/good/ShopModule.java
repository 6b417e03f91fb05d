package io.eventbus.architecture.shop.good;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import io.eventbus.memory.MemoryModule;
import io.nats.client.Options;

/** A composition root: the one place that knows the broker. */
final class ShopModule extends AbstractModule {

    @Override
    protected void configure() {
        install(new MemoryModule());
    }

    @Provides
    Options options() {
        return Options.builder().build();
    }
}
