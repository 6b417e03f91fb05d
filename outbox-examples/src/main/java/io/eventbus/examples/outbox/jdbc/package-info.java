/** Orders kept with plain JDBC. */
@NullMarked
package io.eventbus.examples.outbox.jdbc;

import org.jspecify.annotations.NullMarked;
