/** An application that keeps orders, and the events that it tells of them; each package below keeps them with another tool. */
@NullMarked
package io.eventbus.examples.outbox;

import org.jspecify.annotations.NullMarked;
