package io.eventbus.examples.quickstart;

import com.google.inject.Guice;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventBus;
import io.eventbus.api.Outcome;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import io.eventbus.core.EventBusModule;
import io.eventbus.nats.NatsConfig;
import io.eventbus.nats.NatsModule;

/** The shortest complete application; needs a NATS server with JetStream on localhost. */
final class Quickstart {

    private Quickstart() {}

    public static void main(String[] arguments) {
        NatsConfig config =
                NatsConfig.builder().servers("nats://localhost:4222").build();
        try (EventBus bus = Guice.createInjector(new EventBusModule(), new NatsModule(config))
                .getInstance(EventBus.class)) {
            Topic orders = Topic.of("orders");
            bus.subscribe(SubscriptionSpec.builder(orders, "billing").build(), delivery -> {
                System.out.println(delivery.envelope().aggregateId() + ": "
                        + delivery.envelope().eventType());
                return Outcome.ack();
            });
            Envelope placed = Envelope.builder("OrderPlaced")
                    .aggregateId("order-1")
                    .payload("{\"total\":42}")
                    .build();
            bus.publish(orders, placed)
                    .thenAccept(receipt -> System.out.println("stored at " + receipt.position()))
                    .toCompletableFuture()
                    .join();
        }
    }
}
