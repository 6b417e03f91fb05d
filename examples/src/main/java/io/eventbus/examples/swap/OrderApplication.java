package io.eventbus.examples.swap;

import com.google.inject.Inject;
import io.eventbus.api.CloseReport;
import io.eventbus.api.Delivery;
import io.eventbus.api.Envelope;
import io.eventbus.api.EventBus;
import io.eventbus.api.Outcome;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An application that places an order, sees its three events arrive in order, and names no broker. */
public final class OrderApplication {

    private static final String[] STEPS = {"OrderPlaced", "OrderPaid", "OrderShipped"};

    private final EventBus bus;
    private final CountDownLatch seen = new CountDownLatch(STEPS.length);
    private final List<String> log = new CopyOnWriteArrayList<>();

    /** An application on the bus that is bound. */
    @Inject
    public OrderApplication(EventBus bus) {
        this.bus = bus;
    }

    /**
     * Runs once and closes the bus.
     *
     * @return the event types in the order in which they were handled
     */
    public String run() throws InterruptedException {
        Topic orders = Topic.of("orders-" + UUID.randomUUID());
        bus.subscribe(SubscriptionSpec.builder(orders, "shipping").build(), this::handle);
        for (int i = 0; i < STEPS.length; i++) {
            bus.publish(
                    orders,
                    Envelope.builder(STEPS[i])
                            .aggregateId("order-1")
                            .eventVersion(i + 1)
                            .build());
        }
        boolean complete = seen.await(30, TimeUnit.SECONDS);
        CloseReport report = bus.close(Duration.ofSeconds(10));
        return (complete ? "" : "incomplete: ")
                + String.join(" ", log)
                + (report.clean() ? "" : ", not closed cleanly");
    }

    private Outcome handle(Delivery delivery) {
        log.add(delivery.envelope().eventType());
        seen.countDown();
        return Outcome.ack();
    }
}
