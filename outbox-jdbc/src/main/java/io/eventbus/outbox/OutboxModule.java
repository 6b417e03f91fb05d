package io.eventbus.outbox;

import com.google.inject.AbstractModule;
import com.google.inject.Key;
import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.eventbus.api.EventBus;
import java.lang.annotation.Annotation;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A Guice module that binds {@link Outbox}, {@link OutboxAdmin} and {@link OutboxRelay} over a bound {@link DataSource} and {@link EventBus}. The relay starts when it is
 * first asked for, and is the application's to close, before the bus.
 *
 * <p>For several outboxes in one process each gets an annotation, under which its database must be bound and its three are.
 */
public final class OutboxModule extends AbstractModule {

    private final OutboxConfig config;
    private final @Nullable Class<? extends Annotation> annotation;

    private OutboxModule(OutboxConfig config, @Nullable Class<? extends Annotation> annotation) {
        this.config = config;
        this.annotation = annotation;
    }

    /** The only outbox of an application, with the settings of its system properties and environment. */
    public static OutboxModule create() {
        Map<String, String> properties = new TreeMap<>();
        System.getProperties()
                .stringPropertyNames()
                .forEach(name -> properties.put(name, String.valueOf(System.getProperty(name))));
        return create(OutboxConfig.of(properties, System.getenv()));
    }

    /** The only outbox of an application. */
    public static OutboxModule create(OutboxConfig config) {
        return new OutboxModule(config, null);
    }

    /** One of several outboxes. */
    public static OutboxModule create(OutboxConfig config, Class<? extends Annotation> annotation) {
        return new OutboxModule(config, annotation);
    }

    @Override
    protected void configure() {
        if (annotation == null) {
            install(new Parts(config));
            return;
        }
        Class<? extends Annotation> name = annotation;
        install(new PrivateModule() {
            @Override
            protected void configure() {
                bind(DataSource.class).to(Key.get(DataSource.class, name));
                install(new Parts(config));
                export(name, Outbox.class);
                export(name, OutboxAdmin.class);
                export(name, OutboxRelay.class);
            }

            private <T> void export(Class<? extends Annotation> under, Class<T> type) {
                bind(type).annotatedWith(under).to(type);
                expose(type).annotatedWith(under);
            }
        });
    }

    /** The bindings themselves. */
    private static final class Parts extends AbstractModule {

        private final OutboxConfig config;

        Parts(OutboxConfig config) {
            this.config = config;
        }

        @Provides
        @Singleton
        Outbox outbox(DataSource database) throws SQLException {
            return Outbox.open(database, config);
        }

        @Provides
        @Singleton
        OutboxAdmin admin(DataSource database) throws SQLException {
            return OutboxAdmin.open(database, config);
        }

        @Provides
        @Singleton
        OutboxRelay relay(DataSource database, EventBus bus) throws SQLException {
            return OutboxRelay.start(database, bus, config);
        }
    }
}
