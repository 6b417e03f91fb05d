package io.eventbus.examples.outbox.jpa;

import io.eventbus.examples.outbox.Order;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;

/** An order as JPA keeps it, which alone sets its version. */
@Entity
@Table(name = "orders")
public class OrderEntity {

    @Id
    private String id;

    private String customer;

    private long cents;

    @Enumerated(EnumType.STRING)
    private Order.State state;

    @Version
    private int version;

    /** For JPA, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    protected OrderEntity() {}

    OrderEntity(Order order) {
        id = order.id();
        customer = order.customer();
        cents = order.cents();
        state = order.state();
    }

    int version() {
        return version;
    }

    void change(long newCents) {
        become(toOrder().changed(newCents));
    }

    void cancel() {
        become(toOrder().cancelled());
    }

    private void become(Order order) {
        cents = order.cents();
        state = order.state();
    }

    Order toOrder() {
        return new Order(id, customer, cents, state, version);
    }
}
