/** The delivery engine: from a message received to a message settled. */
@NullMarked
package io.eventbus.core.consume;

import org.jspecify.annotations.NullMarked;
