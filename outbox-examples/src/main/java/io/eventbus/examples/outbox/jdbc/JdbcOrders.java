package io.eventbus.examples.outbox.jdbc;

import io.eventbus.api.Envelope;
import io.eventbus.examples.outbox.Order;
import io.eventbus.examples.outbox.OrderEvents;
import io.eventbus.examples.outbox.Orders;
import io.eventbus.examples.outbox.OrdersException;
import io.eventbus.outbox.Outbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The orders on one connection, whose owner begins and ends the transactions, see {@link JdbcTransaction}. A change locks the row of its order until the
 * transaction ends, so the next one, and its event, wait for that.
 *
 * <p>The event is appended before the row is written: what the outbox refuses, a connection in auto-commit mode included, then leaves nothing behind.
 *
 * <p>Concurrency: for one thread at a time, as its connection is.
 */
public final class JdbcOrders implements Orders {

    private static final String INSERT =
            "insert into orders (id, customer, cents, state, version) values (?, ?, ?, ?, ?)";
    private static final String UPDATE = "update orders set cents = ?, state = ?, version = ? where id = ?";
    private static final String FIND = "select id, customer, cents, state, version from orders where id = ?";
    private static final String LOCK = FIND + " for update";

    private final Connection connection;
    private final Outbox outbox;

    /** The orders that a connection sees. */
    public JdbcOrders(Connection connection, Outbox outbox) {
        this.connection = connection;
        this.outbox = outbox;
    }

    @Override
    public void place(Order order) {
        try {
            append(OrderEvents.placed(order));
            insert(order);
        } catch (SQLException e) {
            throw new OrdersException("order " + order.id() + " was not placed", e);
        }
    }

    @Override
    public void change(String id, long cents) {
        try {
            Order order = lock(id).changed(cents);
            append(OrderEvents.changed(order));
            update(order);
        } catch (SQLException e) {
            throw new OrdersException("order " + id + " was not changed", e);
        }
    }

    @Override
    public void cancel(String id) {
        try {
            Order order = lock(id).cancelled();
            append(OrderEvents.cancelled(order));
            update(order);
        } catch (SQLException e) {
            throw new OrdersException("order " + id + " was not cancelled", e);
        }
    }

    private void append(Envelope event) throws SQLException {
        outbox.append(connection, OrderEvents.TOPIC, event);
    }

    @Override
    public Optional<Order> find(String id) {
        try {
            return select(FIND, id);
        } catch (SQLException e) {
            throw new OrdersException("order " + id + " was not read", e);
        }
    }

    private Order lock(String id) throws SQLException {
        return select(LOCK, id).orElseThrow(() -> new OrdersException("there is no order " + id));
    }

    private Optional<Order> select(String sql, String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Order(
                                row.getString("id"),
                                row.getString("customer"),
                                row.getLong("cents"),
                                Order.State.valueOf(row.getString("state")),
                                row.getInt("version")))
                        : Optional.empty();
            }
        }
    }

    private void insert(Order order) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, order.id());
            statement.setString(2, order.customer());
            statement.setLong(3, order.cents());
            statement.setString(4, order.state().name());
            statement.setInt(5, order.version());
            statement.executeUpdate();
        }
    }

    private void update(Order order) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(UPDATE)) {
            statement.setLong(1, order.cents());
            statement.setString(2, order.state().name());
            statement.setInt(3, order.version());
            statement.setString(4, order.id());
            if (statement.executeUpdate() != 1) {
                throw new OrdersException("order " + order.id() + " is gone");
            }
        }
    }
}
