package io.eventbus.examples.outbox.jpa;

import io.eventbus.examples.outbox.OrderEvents;
import io.eventbus.examples.outbox.OrdersWithOutboxTest;
import io.eventbus.examples.outbox.Shop;
import io.eventbus.outbox.Outbox;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceConfiguration;
import jakarta.persistence.PersistenceUnitTransactionType;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.cfg.JdbcSettings;

class JpaOrdersTest extends OrdersWithOutboxTest {

    @Override
    protected Shop open(DataSource database, Outbox outbox) {
        EntityManagerFactory entities = new PersistenceConfiguration("orders")
                .transactionType(PersistenceUnitTransactionType.RESOURCE_LOCAL)
                .property(JdbcSettings.JAKARTA_NON_JTA_DATASOURCE, database)
                .managedClass(OrderEntity.class)
                .createEntityManagerFactory();
        return new JpaShop(entities, outbox);
    }

    private record JpaShop(EntityManagerFactory factory, Outbox outbox) implements Shop {

        @Override
        public void inTransaction(Step step) {
            factory.runInTransaction(entities -> {
                try {
                    step.run(counter(entities));
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
        }

        @Override
        public void withoutTransaction(Step step) throws SQLException {
            try (EntityManager entities = factory.createEntityManager()) {
                step.run(counter(entities));
            }
        }

        private Counter counter(EntityManager entities) {
            return new Counter(
                    new JpaOrders(entities, outbox),
                    events -> entities.unwrap(Session.class)
                            .doWork(connection -> outbox.append(connection, OrderEvents.TOPIC, events)));
        }

        @Override
        public void close() {
            factory.close();
        }
    }
}
