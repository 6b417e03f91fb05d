package io.eventbus.kafka;

import io.eventbus.api.EventBus;
import io.eventbus.testkit.contract.ChildBus;
import io.eventbus.testkit.contract.KitOptions;
import java.util.Map;

/** A bus on Kafka in a process of its own. */
public final class KafkaChild implements ChildBus {

    static final String BOOTSTRAP = "bootstrap";

    @Override
    public EventBus start(Map<String, String> properties, KitOptions options) {
        return KafkaUnderTest.start(properties.get(BOOTSTRAP), options);
    }
}
