package io.eventbus.architecture.gallery.nats;

import io.eventbus.architecture.gallery.kafka.KafkaTransport;
import io.eventbus.architecture.gallery.nats.deep.Deeper;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import java.io.IOException;

/** An adapter that knows another, and deletes what is not its own. */
public record NatsTransport(KafkaTransport other, Deeper deeper, JetStreamManagement management) {

    /** Takes the consumer away from its siblings. */
    public void unsubscribe() throws IOException, JetStreamApiException {
        management.deleteConsumer("orders", "billing");
    }
}
