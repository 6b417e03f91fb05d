/** Two buses on different brokers in one process, on one pair of worker pools. */
@NullMarked
package io.eventbus.examples.shared;

import org.jspecify.annotations.NullMarked;
