package io.eventbus.testkit.contract;

import io.eventbus.api.EventBus;

/** A started bus and the link between it and its broker. */
public interface KitBus extends AutoCloseable {

    /** The bus. */
    EventBus bus();

    /** What lies between the bus and its broker; serves this bus alone. */
    Link link();

    /** Frees the link. The kit has closed the bus before, except after a failure; closing it again must do no harm. */
    @Override
    void close();
}
