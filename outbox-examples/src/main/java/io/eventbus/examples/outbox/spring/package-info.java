/** Orders kept with Spring's JdbcTemplate and declared transactions. */
@NullMarked
package io.eventbus.examples.outbox.spring;

import org.jspecify.annotations.NullMarked;
