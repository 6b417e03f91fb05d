package io.eventbus.nats;

import io.eventbus.api.EventBusException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** A program that goes through good and bad days with the settings of its environment, and shows all there is to see of them. */
final class SecretsProbe {

    private SecretsProbe() {}

    public static void main(String[] arguments) throws Exception {
        try {
            NatsConfig config = NatsConfig.from(Map.of("eventbus.nats.storage", "memory"), System.getenv());
            System.out.println(config);
            System.out.println(config.describe());
            System.out.println(config.credentials() + " " + config.tls() + " " + config.urls());
            NatsTransport transport = new NatsTransport(config);
            transport.start(Duration.ofSeconds(30));
            io.eventbus.api.Topic topic = Secured.topic();
            transport.open(topic, Duration.ofSeconds(10));
            Feed.Result result =
                    Feed.send(transport, Feed.message(topic, UUID.randomUUID().toString(), "k", new byte[1], 10_000));
            System.out.println("published " + result);
            System.out.println(transport + " " + transport.health());
            transport.close(Duration.ofSeconds(2));
        } catch (EventBusException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                System.out.println("failed " + cause + " " + cause.getClass());
            }
            e.printStackTrace();
        }
    }
}
