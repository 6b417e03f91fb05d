package io.eventbus.examples.swap;

import com.google.inject.Guice;
import io.eventbus.core.EventBusModule;
import io.eventbus.kafka.KafkaConfig;
import io.eventbus.kafka.KafkaModule;
import java.util.Map;

/** The orders on Kafka. */
final class OrdersOnKafka {
    public static void main(String[] arguments) throws InterruptedException {
        var adapter = new KafkaModule(KafkaConfig.from(Map.of(), System.getenv()));
        var injector = Guice.createInjector(new EventBusModule(), adapter);
        System.out.println(injector.getInstance(OrderApplication.class).run());
    }
}
