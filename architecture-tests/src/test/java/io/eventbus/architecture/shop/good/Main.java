package io.eventbus.architecture.shop.good;

import io.eventbus.memory.MemoryBroker;
import io.eventbus.memory.MemoryTransport;

/** A composition root without Guice. */
public final class Main {

    private Main() {}

    /** Runs the shop. */
    public static void main(String[] args) {
        new Wiring(new MemoryTransport(new MemoryBroker())).transport().health();
    }

    private record Wiring(MemoryTransport transport) {}
}
