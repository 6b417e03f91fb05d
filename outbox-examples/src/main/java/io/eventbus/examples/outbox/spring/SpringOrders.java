package io.eventbus.examples.outbox.spring;

import io.eventbus.api.Envelope;
import io.eventbus.examples.outbox.Order;
import io.eventbus.examples.outbox.OrderEvents;
import io.eventbus.examples.outbox.Orders;
import io.eventbus.examples.outbox.OrdersException;
import io.eventbus.outbox.Outbox;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * The orders in Spring's transactions: each change joins the one that is there or is one of its own. It locks the row of its order until the transaction
 * ends, so the next one, and its event, wait for that.
 *
 * <p>Concurrency: safe from any thread.
 */
@Repository
@Transactional
public class SpringOrders implements Orders {

    private static final String INSERT =
            "insert into orders (id, customer, cents, state, version) values (?, ?, ?, ?, ?)";
    private static final String UPDATE = "update orders set cents = ?, state = ?, version = ? where id = ?";
    private static final String FIND = "select id, customer, cents, state, version from orders where id = ?";
    private static final String LOCK = FIND + " for update";

    private final JdbcTemplate jdbc;
    private final Outbox outbox;

    /** The orders of the template's database, in which the outbox is, too. */
    public SpringOrders(JdbcTemplate jdbc, Outbox outbox) {
        this.jdbc = jdbc;
        this.outbox = outbox;
    }

    @Override
    public void place(Order order) {
        jdbc.update(
                INSERT,
                order.id(),
                order.customer(),
                order.cents(),
                order.state().name(),
                order.version());
        append(OrderEvents.placed(order));
    }

    @Override
    public void change(String id, long cents) {
        Order order = lock(id).changed(cents);
        update(order);
        append(OrderEvents.changed(order));
    }

    @Override
    public void cancel(String id) {
        Order order = lock(id).cancelled();
        update(order);
        append(OrderEvents.cancelled(order));
    }

    private void append(Envelope event) {
        jdbc.execute((ConnectionCallback<Boolean>) connection -> {
            outbox.append(connection, OrderEvents.TOPIC, event);
            return true;
        });
    }

    @Override
    public Optional<Order> find(String id) {
        return select(FIND, id);
    }

    private Order lock(String id) {
        return select(LOCK, id).orElseThrow(() -> new OrdersException("there is no order " + id));
    }

    private Optional<Order> select(String sql, String id) {
        return jdbc.query(sql, SpringOrders::order, id).stream().findFirst();
    }

    private static Order order(ResultSet row, int number) throws SQLException {
        return new Order(
                row.getString("id"),
                row.getString("customer"),
                row.getLong("cents"),
                Order.State.valueOf(row.getString("state")),
                row.getInt("version"));
    }

    private void update(Order order) {
        int rows = jdbc.update(UPDATE, order.cents(), order.state().name(), order.version(), order.id());
        if (rows != 1) {
            throw new OrdersException("order " + order.id() + " is gone");
        }
    }
}
