package io.eventbus.examples.outbox.jooq;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.table;

import io.eventbus.api.Envelope;
import io.eventbus.examples.outbox.Order;
import io.eventbus.examples.outbox.OrderEvents;
import io.eventbus.examples.outbox.Orders;
import io.eventbus.examples.outbox.OrdersException;
import io.eventbus.outbox.Outbox;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;

/**
 * The orders behind a jOOQ context. Each change is a transaction, within that of the context if it has one. A change asks for the version that it read, so
 * of two at the same time one fails and is to be tried again.
 *
 * <p>Concurrency: as its context; safe from any thread outside a transaction.
 */
public final class JooqOrders implements Orders {

    private static final Table<Record> ORDERS = table("orders");
    private static final Field<String> ID = field("id", String.class);
    private static final Field<String> CUSTOMER = field("customer", String.class);
    private static final Field<Long> CENTS = field("cents", Long.class);
    private static final Field<String> STATE = field("state", String.class);
    private static final Field<Integer> VERSION = field("version", Integer.class);

    private final DSLContext jooq;
    private final Outbox outbox;

    /** The orders that a context sees. */
    public JooqOrders(DSLContext jooq, Outbox outbox) {
        this.jooq = jooq;
        this.outbox = outbox;
    }

    @Override
    public void place(Order order) {
        jooq.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            transaction
                    .insertInto(ORDERS, ID, CUSTOMER, CENTS, STATE, VERSION)
                    .values(
                            order.id(),
                            order.customer(),
                            order.cents(),
                            order.state().name(),
                            order.version())
                    .execute();
            append(transaction, OrderEvents.placed(order));
        });
    }

    @Override
    public void change(String id, long cents) {
        jooq.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            Order order = update(transaction, id, before -> before.changed(cents));
            append(transaction, OrderEvents.changed(order));
        });
    }

    @Override
    public void cancel(String id) {
        jooq.transaction(configuration -> {
            DSLContext transaction = configuration.dsl();
            Order order = update(transaction, id, Order::cancelled);
            append(transaction, OrderEvents.cancelled(order));
        });
    }

    private void append(DSLContext transaction, Envelope event) {
        transaction.connection(connection -> outbox.append(connection, OrderEvents.TOPIC, event));
    }

    @Override
    public Optional<Order> find(String id) {
        return find(jooq, id);
    }

    private static Optional<Order> find(DSLContext context, String id) {
        return context.select(ID, CUSTOMER, CENTS, STATE, VERSION)
                .from(ORDERS)
                .where(ID.eq(id))
                .fetchOptional(row -> new Order(
                        row.value1(), row.value2(), row.value3(), Order.State.valueOf(row.value4()), row.value5()));
    }

    private static Order update(DSLContext transaction, String id, UnaryOperator<Order> change) {
        Order before = find(transaction, id).orElseThrow(() -> new OrdersException("there is no order " + id));
        Order after = change.apply(before);
        int rows = transaction
                .update(ORDERS)
                .set(CENTS, after.cents())
                .set(STATE, after.state().name())
                .set(VERSION, after.version())
                .where(ID.eq(id))
                .and(VERSION.eq(before.version()))
                .execute();
        if (rows != 1) {
            throw new OrdersException("order " + id + " was changed by somebody else meanwhile; try again");
        }
        return after;
    }
}
