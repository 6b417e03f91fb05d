package io.eventbus.api;

/** A way to receive events. */
public interface EventSubscriber {

    /**
     * Starts a subscription. When this returns, the consumer group exists on the broker: events published from now on reach it.
     *
     * @param spec what to receive and how
     * @param handler handles each event, on worker threads
     * @return the running subscription
     * @throws UnsupportedCapabilityException if the broker cannot give what the spec asks for
     * @throws SubscriptionException if the broker refuses it, or this bus already runs a subscription that excludes it
     * @throws TopologyException if the topic or consumer cannot be made or is not as it must be
     * @throws ConnectionException if the broker cannot be reached
     * @throws BusClosedException if the bus is closed
     */
    Subscription subscribe(SubscriptionSpec spec, EventHandler handler);
}
