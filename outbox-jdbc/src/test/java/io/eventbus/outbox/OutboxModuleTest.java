package io.eventbus.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.BindingAnnotation;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventBus;
import io.eventbus.api.Topic;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

class OutboxModuleTest {

    @BindingAnnotation
    @Retention(RetentionPolicy.RUNTIME)
    private @interface Sales {}

    @BindingAnnotation
    @Retention(RetentionPolicy.RUNTIME)
    private @interface Stock {}

    private final OutboxConfig config = OutboxConfig.of(Map.of("eventbus.outbox.create-schema", "true"), Map.of());

    @Test
    void severalOutboxesOfOneProcessKeepApart() throws Exception {
        Injector injector = Guice.createInjector(
                new AbstractModule() {
                    @Override
                    protected void configure() {
                        bind(EventBus.class).toProvider(() -> {
                            throw new IllegalStateException("nobody asked for a relay");
                        });
                        bind(DataSource.class).annotatedWith(Sales.class).toInstance(database());
                        bind(DataSource.class).annotatedWith(Stock.class).toInstance(database());
                    }
                },
                new NamedOutboxModule(config, Sales.class),
                new NamedOutboxModule(config, Stock.class));
        DataSource sales = injector.getInstance(Key.get(DataSource.class, Sales.class));
        Outbox outbox = injector.getInstance(Key.get(Outbox.class, Sales.class));
        injector.getInstance(Key.get(Outbox.class, Stock.class));
        try (Connection transaction = sales.getConnection()) {
            transaction.setAutoCommit(false);
            outbox.append(
                    transaction,
                    Topic.of("orders"),
                    List.of(Envelope.builder("placed").payload("{}").build()));
            transaction.commit();
        }
        assertThat(injector.getInstance(Key.get(OutboxAdmin.class, Sales.class))
                        .backlog()
                        .toString())
                .isNotEqualTo(injector.getInstance(Key.get(OutboxAdmin.class, Stock.class))
                        .backlog()
                        .toString());
    }

    private static DataSource database() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        return database;
    }
}
