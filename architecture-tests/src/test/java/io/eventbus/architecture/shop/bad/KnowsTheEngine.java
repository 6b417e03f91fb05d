package io.eventbus.architecture.shop.bad;

import io.eventbus.memory.MemoryBroker;

/** Knows its broker outside a composition root. */
record KnowsTheEngine(MemoryBroker broker) {}
