/**
 * A team's own table of events, and the outbox store over it: what a team writes that has such a table already. It is simple and right rather than
 * fast; {@code docs/outbox-store.md} tells what matters in it.
 */
@NullMarked
package io.eventbus.examples.outbox.owntable;

import org.jspecify.annotations.NullMarked;
