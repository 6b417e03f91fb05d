package io.eventbus.examples.outbox.jooq;

import io.eventbus.examples.outbox.OrderEvents;
import io.eventbus.examples.outbox.OrdersWithOutboxTest;
import io.eventbus.examples.outbox.Shop;
import io.eventbus.outbox.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.impl.DSL;
import org.jooq.tools.jdbc.JDBCUtils;

class JooqOrdersTest extends OrdersWithOutboxTest {

    @Override
    protected Shop open(DataSource database, Outbox outbox) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return new JooqShop(DSL.using(database, JDBCUtils.dialect(connection)), outbox);
        }
    }

    private record JooqShop(DSLContext jooq, Outbox outbox) implements Shop {

        @Override
        public void inTransaction(Step step) {
            jooq.transaction(configuration -> step.run(counter(configuration.dsl())));
        }

        @Override
        public void withoutTransaction(Step step) throws SQLException {
            step.run(counter(jooq));
        }

        private Counter counter(DSLContext context) {
            return new Counter(
                    new JooqOrders(context, outbox),
                    events -> context.connection(connection -> outbox.append(connection, OrderEvents.TOPIC, events)));
        }

        @Override
        public void close() {}
    }
}
