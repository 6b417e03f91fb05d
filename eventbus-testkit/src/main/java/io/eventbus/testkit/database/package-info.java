/**
 * Fixtures that give tests, demos and benchmarks a real database on a machine where none was set up: {@link
 * io.eventbus.testkit.database.Databases} finds or starts one, a {@link io.eventbus.testkit.database.Database} can be emptied, killed,
 * frozen and started again.
 */
@NullMarked
package io.eventbus.testkit.database;

import org.jspecify.annotations.NullMarked;
