package io.eventbus.core;

import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.PrivateModule;
import io.eventbus.api.EventBus;
import io.eventbus.api.EventPublisher;
import io.eventbus.api.EventSubscriber;
import java.lang.annotation.Annotation;

/**
 * Binds one of several buses of an injector under a binding annotation: {@code new NamedBusModule(Orders.class, new NatsModule(config))}.
 *
 * <p>What the adapter's module binds stays private to this bus; pools that the injector binds outside are shared by all its buses.
 */
public final class NamedBusModule extends PrivateModule {

    private final Class<? extends Annotation> annotation;
    private final Module adapter;

    /**
     * A bus of its own.
     *
     * @param annotation the binding annotation under which the bus, its publisher and its subscriber can be asked for
     * @param adapter binds the transport and, if wanted, a {@link BusConfig} for this bus
     */
    public NamedBusModule(Class<? extends Annotation> annotation, Module adapter) {
        this.annotation = annotation;
        this.adapter = adapter;
    }

    @Override
    protected void configure() {
        install(adapter);
        install(new EventBusModule());
        expose(EventBus.class, EventBus.class);
        expose(EventPublisher.class, EventBus.class);
        expose(EventSubscriber.class, EventBus.class);
    }

    private <T> void expose(Class<T> type, Class<? extends T> target) {
        Key<T> key = Key.get(type, annotation);
        bind(key).to(target);
        expose(key);
    }
}
