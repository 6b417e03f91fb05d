/** Orders kept with jOOQ. */
@NullMarked
package io.eventbus.examples.outbox.jooq;

import org.jspecify.annotations.NullMarked;
