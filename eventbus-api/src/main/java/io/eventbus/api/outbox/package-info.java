/** The port of the transactional outbox: what a table of events has to offer so that the relay can publish it. */
@NullMarked
package io.eventbus.api.outbox;

import org.jspecify.annotations.NullMarked;
