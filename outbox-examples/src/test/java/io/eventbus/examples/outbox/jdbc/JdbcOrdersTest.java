package io.eventbus.examples.outbox.jdbc;

import io.eventbus.examples.outbox.OrderEvents;
import io.eventbus.examples.outbox.OrdersWithOutboxTest;
import io.eventbus.examples.outbox.Shop;
import io.eventbus.outbox.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

class JdbcOrdersTest extends OrdersWithOutboxTest {

    @Override
    protected Shop open(DataSource database, Outbox outbox) {
        return new JdbcShop(database, outbox);
    }

    private record JdbcShop(DataSource database, Outbox outbox) implements Shop {

        @Override
        public void inTransaction(Step step) throws SQLException {
            JdbcTransaction.run(database, connection -> step.run(counter(connection)));
        }

        @Override
        public void withoutTransaction(Step step) throws SQLException {
            try (Connection connection = database.getConnection()) {
                step.run(counter(connection));
            }
        }

        private Counter counter(Connection connection) {
            return new Counter(
                    new JdbcOrders(connection, outbox), events -> outbox.append(connection, OrderEvents.TOPIC, events));
        }

        @Override
        public void close() {}
    }
}
