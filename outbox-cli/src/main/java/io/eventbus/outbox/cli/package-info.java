/** The command line of the outbox: what is in it, who relays it, and what becomes of the events that were given up. */
@NullMarked
package io.eventbus.outbox.cli;

import org.jspecify.annotations.NullMarked;
