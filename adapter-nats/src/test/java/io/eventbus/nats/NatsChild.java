package io.eventbus.nats;

import io.eventbus.api.EventBus;
import io.eventbus.testkit.contract.ChildBus;
import io.eventbus.testkit.contract.KitOptions;
import java.util.Map;

/** A bus on NATS in a process of its own. */
public final class NatsChild implements ChildBus {

    static final String URL = "url";

    @Override
    public EventBus start(Map<String, String> properties, KitOptions options) {
        return NatsUnderTest.start(properties.get(URL), NatsUnderTest.PING_INTERVAL, options);
    }
}
