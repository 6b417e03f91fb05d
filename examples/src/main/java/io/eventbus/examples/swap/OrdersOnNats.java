package io.eventbus.examples.swap;

import com.google.inject.Guice;
import io.eventbus.core.EventBusModule;
import io.eventbus.nats.NatsConfig;
import io.eventbus.nats.NatsModule;
import java.util.Map;

/** The orders on NATS JetStream. */
final class OrdersOnNats {
    public static void main(String[] arguments) throws InterruptedException {
        var adapter = new NatsModule(NatsConfig.from(Map.of(), System.getenv()));
        var injector = Guice.createInjector(new EventBusModule(), adapter);
        System.out.println(injector.getInstance(OrderApplication.class).run());
    }
}
