package io.eventbus.core;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.OptionalBinder;
import io.eventbus.api.EventBus;
import io.eventbus.api.EventPublisher;
import io.eventbus.api.EventSubscriber;
import io.eventbus.api.spi.Transport;
import io.eventbus.core.pool.GlobalWorkerPool;
import io.eventbus.core.pool.KeyedWorkerPool;
import java.util.Optional;

/**
 * Binds {@link EventBus}, {@link EventPublisher} and {@link EventSubscriber} over the {@link Transport} that an adapter's module binds.
 *
 * <p>An application may bind {@link BusConfig}, {@link KeyedWorkerPool} and {@link GlobalWorkerPool}; without them the bus has defaults and
 * pools of its own. The bus connects when it is first asked for, and is closed by the application.
 */
public final class EventBusModule extends AbstractModule {

    @Override
    protected void configure() {
        OptionalBinder.newOptionalBinder(binder(), BusConfig.class);
        OptionalBinder.newOptionalBinder(binder(), KeyedWorkerPool.class);
        OptionalBinder.newOptionalBinder(binder(), GlobalWorkerPool.class);
        bind(EventPublisher.class).to(EventBus.class);
        bind(EventSubscriber.class).to(EventBus.class);
    }

    @Provides
    @Singleton
    EventBus eventBus(
            Transport transport,
            Optional<BusConfig> config,
            Optional<KeyedWorkerPool> keyedPool,
            Optional<GlobalWorkerPool> globalPool) {
        EventBusBuilder builder = EventBusBuilder.over(transport);
        config.ifPresent(builder::config);
        keyedPool.ifPresent(builder::keyedPool);
        globalPool.ifPresent(builder::globalPool);
        return builder.start();
    }
}
