package io.eventbus.outbox;

import com.google.inject.Key;
import com.google.inject.PrivateModule;
import java.lang.annotation.Annotation;
import javax.sql.DataSource;

/**
 * A Guice module for one of several outboxes in a process: its {@link DataSource} must be bound under an annotation, and its {@link Outbox}, {@link OutboxAdmin} and
 * {@link OutboxRelay} are bound under the same. They share the bound bus and nothing else.
 */
public final class NamedOutboxModule extends PrivateModule {

    private final OutboxConfig config;
    private final Class<? extends Annotation> annotation;

    /**
     * An outbox of its own.
     *
     * @param annotation the binding annotation of its database, and of what is bound here
     */
    public NamedOutboxModule(OutboxConfig config, Class<? extends Annotation> annotation) {
        this.config = config;
        this.annotation = annotation;
    }

    @Override
    protected void configure() {
        bind(DataSource.class).to(Key.get(DataSource.class, annotation));
        install(new OutboxModule(config));
        exposeNamed(Outbox.class);
        exposeNamed(OutboxAdmin.class);
        exposeNamed(OutboxRelay.class);
    }

    private <T> void exposeNamed(Class<T> type) {
        Key<T> key = Key.get(type, annotation);
        bind(key).to(type);
        expose(key);
    }
}
