/**
 * A transactional outbox over JDBC: events are appended in the caller's transaction, and a relay publishes what was committed, in order per
 * aggregate, until the broker has acknowledged it.
 */
@NullMarked
package io.eventbus.outbox;

import org.jspecify.annotations.NullMarked;
