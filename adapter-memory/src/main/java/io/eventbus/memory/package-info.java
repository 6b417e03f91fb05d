/** The in-memory reference adapter: {@link io.eventbus.memory.MemoryTransport} on a {@link io.eventbus.memory.MemoryBroker}. */
@NullMarked
package io.eventbus.memory;

import org.jspecify.annotations.NullMarked;
