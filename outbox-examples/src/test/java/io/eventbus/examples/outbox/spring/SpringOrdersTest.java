package io.eventbus.examples.outbox.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.eventbus.api.Envelope;
import io.eventbus.api.InvalidInputException;
import io.eventbus.examples.outbox.Order;
import io.eventbus.examples.outbox.OrderEvents;
import io.eventbus.examples.outbox.Orders;
import io.eventbus.examples.outbox.OrdersWithOutboxTest;
import io.eventbus.examples.outbox.Shop;
import io.eventbus.outbox.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.annotation.Transactional;

class SpringOrdersTest extends OrdersWithOutboxTest {

    @Test
    void aRuntimeExceptionOutOfTheRepositoryItselfLeavesNothing() throws SQLException {
        assertThatThrownBy(() -> shop().withoutTransaction(
                                counter -> counter.orders().place(Order.placed("order\n1", "Ada", 1))))
                .isInstanceOf(InvalidInputException.class);

        assertThat(orders()).isEmpty();
        assertThat(events()).isEmpty();
    }

    @Test
    void aRuntimeExceptionOutOfTheRepositoryIsTheEndOfTheTransactionEvenIfItIsCaught() throws SQLException {
        assertThatThrownBy(() -> shop().inTransaction(counter -> {
                    counter.orders().place(Order.placed("order-1", "Ada", 1));
                    assertThatThrownBy(() -> counter.orders().place(Order.placed("order\n2", "Ada", 1)))
                            .isInstanceOf(InvalidInputException.class);
                }))
                .isInstanceOf(UnexpectedRollbackException.class);

        assertThat(orders()).isEmpty();
        assertThat(events()).isEmpty();
    }

    @Test
    void aCheckedExceptionOutOfADeclaredTransactionCommitsTheOrderWithItsEvent() throws SQLException {
        SQLException failure = new SQLException("somewhere else");

        assertThatThrownBy(() -> shop().inTransaction(counter -> {
                    counter.orders().place(Order.placed("order-1", "Ada", 1));
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(orders()).extracting(Order::id).containsExactly("order-1");
        assertThat(events()).extracting(Event::aggregate).containsExactly("order-1");
    }

    @Override
    protected Shop open(DataSource database, Outbox outbox) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean(DataSource.class, () -> database);
        context.registerBean(Outbox.class, () -> outbox);
        context.register(OrdersConfiguration.class, Checkout.class);
        context.refresh();
        return new SpringShop(context);
    }

    /** Steps in a declared transaction. */
    interface InTransaction {

        void run(Shop.Step step, Shop.Counter counter) throws SQLException;
    }

    static final class Checkout implements InTransaction {

        @Override
        @Transactional
        public void run(Shop.Step step, Shop.Counter counter) throws SQLException {
            step.run(counter);
        }
    }

    private record SpringShop(AnnotationConfigApplicationContext context) implements Shop {

        @Override
        public void inTransaction(Step step) throws SQLException {
            context.getBean(InTransaction.class).run(step, counter());
        }

        @Override
        public void withoutTransaction(Step step) throws SQLException {
            step.run(counter());
        }

        private Counter counter() {
            return new Counter(context.getBean(Orders.class), this::append);
        }

        private void append(List<Envelope> events) throws SQLException {
            DataSource database = context.getBean(DataSource.class);
            Connection connection = DataSourceUtils.getConnection(database);
            try {
                context.getBean(Outbox.class).append(connection, OrderEvents.TOPIC, events);
            } finally {
                DataSourceUtils.releaseConnection(connection, database);
            }
        }

        @Override
        public void close() {
            context.close();
        }
    }
}
