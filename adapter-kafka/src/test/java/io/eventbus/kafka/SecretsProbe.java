package io.eventbus.kafka;

import io.eventbus.api.EventBusException;
import io.eventbus.api.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that goes through good and bad days with the settings of its environment, and shows all there is to see of them. */
final class SecretsProbe {

    private SecretsProbe() {}

    public static void main(String[] arguments) throws Exception {
        try {
            KafkaConfig config = KafkaConfig.from(nativeOnes(), System.getenv());
            System.out.println(config);
            System.out.println(config.describe());
            System.out.println(config.security());
            try (KafkaNode node = KafkaNode.start(config)) {
                Topic topic = node.opened();
                System.out.println("published " + node.send(topic, "k", "x").get(30, TimeUnit.SECONDS));
                RecordingSink sink = RecordingSink.acknowledging();
                KafkaNode.stop(node.consume(topic, sink));
                System.out.println(node.transport + " " + node.transport.health());
            }
        } catch (EventBusException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                System.out.println("failed " + cause + " " + cause.getClass());
            }
            e.printStackTrace();
        }
        System.out.println("ended " + Duration.ofNanos(System.nanoTime()));
    }

    /** Native properties, whose names no variable can have. */
    private static Map<String, String> nativeOnes() {
        String jaas = System.getenv("PROBE_JAAS");
        return jaas == null ? Map.of() : Map.of("eventbus.kafka.kafka.sasl.jaas.config", jaas);
    }
}
