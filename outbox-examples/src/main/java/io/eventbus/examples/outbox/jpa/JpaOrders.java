package io.eventbus.examples.outbox.jpa;

import io.eventbus.api.Envelope;
import io.eventbus.examples.outbox.Order;
import io.eventbus.examples.outbox.OrderEvents;
import io.eventbus.examples.outbox.Orders;
import io.eventbus.examples.outbox.OrdersException;
import io.eventbus.outbox.Outbox;
import jakarta.persistence.EntityManager;
import java.util.Optional;
import org.hibernate.Session;

/**
 * The orders of a persistence context, whose owner begins and ends the transactions. Of two changes of an order at the same time one fails, by the version
 * of the entity, and is to be tried again.
 *
 * <p>Concurrency: for one thread at a time, as its entity manager is.
 */
public final class JpaOrders implements Orders {

    private final EntityManager entities;
    private final Outbox outbox;

    /** The orders that an entity manager sees. */
    public JpaOrders(EntityManager entities, Outbox outbox) {
        this.entities = entities;
        this.outbox = outbox;
    }

    @Override
    public void place(Order order) {
        OrderEntity entity = new OrderEntity(order);
        entities.persist(entity);
        append(OrderEvents.placed(flushed(entity)));
    }

    @Override
    public void change(String id, long cents) {
        OrderEntity entity = existing(id);
        int version = entity.version();
        entity.change(cents);
        Order order = flushed(entity);
        // JPA writes, counts and locks nothing where nothing is different: then there is nothing to tell.
        if (order.version() != version) {
            append(OrderEvents.changed(order));
        }
    }

    @Override
    public void cancel(String id) {
        OrderEntity entity = existing(id);
        entity.cancel();
        append(OrderEvents.cancelled(flushed(entity)));
    }

    /** The order with the version that the database has now, which the event is to carry. Without a transaction it is refused here. */
    private Order flushed(OrderEntity entity) {
        entities.flush();
        return entity.toOrder();
    }

    private void append(Envelope event) {
        entities.unwrap(Session.class).doWork(connection -> outbox.append(connection, OrderEvents.TOPIC, event));
    }

    @Override
    public Optional<Order> find(String id) {
        return Optional.ofNullable(entities.find(OrderEntity.class, id)).map(OrderEntity::toOrder);
    }

    private OrderEntity existing(String id) {
        OrderEntity entity = entities.find(OrderEntity.class, id);
        if (entity == null) {
            throw new OrdersException("there is no order " + id);
        }
        return entity;
    }
}
