package io.eventbus.nats;

import java.util.ArrayList;
import java.util.List;

/**
 * What arrives after a subscription stopped fetching. It goes back once nothing more is to come, but what is done is acknowledged, and what
 * is in work can be with the new handle.
 *
 * <p>Concurrency: guarded by the gate of the subscription.
 */
final class LateDeliveries {

    private final NatsConnection connection;
    private final Deliveries deliveries;
    private final List<String> handles = new ArrayList<>();
    private boolean certain;
    private boolean gone;

    LateDeliveries(NatsConnection connection, Deliveries deliveries) {
        this.connection = connection;
        this.deliveries = deliveries;
    }

    /** @param sameStream whether the stream is known to be the one that sequences are known of */
    void stopped(boolean sameStream) {
        certain = sameStream;
    }

    void arrived(Delivery delivery) {
        if (certain && deliveries.settleKnown(delivery)) {
            return;
        }
        if (gone) {
            NatsInbound.giveBackSoon(connection, delivery.handle());
        } else {
            handles.add(delivery.handle());
        }
    }

    /** Gives back what arrived; what still comes goes back as it comes. */
    void giveBack() {
        handles.forEach(handle -> NatsInbound.giveBack(connection, handle));
        handles.clear();
        gone = true;
    }
}
