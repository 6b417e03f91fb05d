package io.eventbus.outbox;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.eventbus.api.EventBus;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * A Guice module that binds {@link Outbox}, {@link OutboxAdmin} and {@link OutboxRelay} over a bound {@link DataSource} and {@link EventBus}. The relay starts when it is
 * first asked for, and is the application's to close, before the bus. For several outboxes in one process there is {@link NamedOutboxModule}.
 */
public final class OutboxModule extends AbstractModule {

    private final OutboxConfig config;

    /** The only outbox of an application. */
    public OutboxModule(OutboxConfig config) {
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
