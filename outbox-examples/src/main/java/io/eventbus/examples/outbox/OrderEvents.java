package io.eventbus.examples.outbox;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.eventbus.api.Envelope;
import io.eventbus.api.Topic;

/** The events that tell of orders, each made from the order after the change. The order's id is the aggregate, so an order's events stay in their order. */
public final class OrderEvents {

    /** Where they are published. */
    public static final Topic TOPIC = Topic.of("orders");

    private OrderEvents() {}

    /** A new order, with all that is known of it. */
    public static Envelope placed(Order order) {
        return event(
                "OrderPlaced", order, json().put("customer", order.customer()).put("cents", order.cents()));
    }

    /** Another price. */
    public static Envelope changed(Order order) {
        return event("OrderChanged", order, json().put("cents", order.cents()));
    }

    /** An order that does not count any more. */
    public static Envelope cancelled(Order order) {
        return event("OrderCancelled", order, json());
    }

    private static Envelope event(String type, Order order, ObjectNode payload) {
        return Envelope.builder(type)
                .aggregateId(order.id())
                .eventVersion(order.version())
                .payload(payload.toString())
                .build();
    }

    private static ObjectNode json() {
        return JsonNodeFactory.instance.objectNode();
    }
}
