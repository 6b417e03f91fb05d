package io.eventbus.examples.quickstart;

import io.eventbus.api.Envelope;
import io.eventbus.api.EventBus;
import io.eventbus.api.PublishResult;
import io.eventbus.api.RetryPolicy;
import io.eventbus.api.SubscriptionSpec;
import io.eventbus.api.Topic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shorter pieces of code that the README shows. */
final class Snippets {

    private static final Logger log = LoggerFactory.getLogger(Snippets.class);

    private Snippets() {}

    static void publish(EventBus bus, Topic orders, Envelope placed) {
        bus.publish(orders, placed, result -> {
            if (result instanceof PublishResult.Failed failed && failed.retriable()) {
                log.warn("not stored, will try again", failed.error());
            }
        });
    }

    static SubscriptionSpec spec(Topic orders) {
        SubscriptionSpec spec = SubscriptionSpec.builder(orders, "billing")
                .retryPolicy(
                        RetryPolicy.DEFAULT.withMaxAttempts(8).withTerminal(e -> e instanceof IllegalArgumentException))
                .maxInFlight(2_000)
                .build();
        return spec;
    }
}
